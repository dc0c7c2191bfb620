// A file that was dropped in one view and is taken by another.
let waiting = null;

export const waitingFile = {
  put(file) {
    waiting = file;
  },
  /** The file, once; null when there is none. */
  take() {
    const file = waiting;
    waiting = null;
    return file;
  },
};
