// What the service found wrong, by field. It is told at the field; what belongs to no field is told beside the button.

/** Gives the function that tells what is wrong with a field of the API, or undefined; `errors` of it are all that the service named. */
export function faultsOf(problem) {
  const missing = missingThing(problem);
  const fault = (field) => (missing?.field === field ? missing.reason : problem?.of?.(field));
  return Object.assign(fault, { errors: problem?.errors ?? [] });
}

/** Of a 404 such as “audio_id: there is no such sound.”: which field names what is not there. */
export function missingThing(problem) {
  const found = problem?.status === 404 && /^(\w+_id): (.+)$/s.exec(problem.message);
  return found ? { field: found[1], reason: found[2] } : null;
}
