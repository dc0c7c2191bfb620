// The names and limits of what a campaign was started with: its gateway, sounds and callbase, and the lines of the service.
import { get } from "../../api.js";
import { usePolled } from "../../polled.js";

/** { gateway, audio, optOut, callbase, lines }; each undefined until it is known, null when it was deleted. */
export function useThings(campaign) {
  const { gateway_id: gateway, audio_id: audio, opt_out_audio_id: optOut, callbase_id: callbase } = campaign;
  const ask = async (signal) => {
    const [gatewayIs, audioIs, optOutIs, callbaseIs, lines] = await Promise.all([
      found(`/gateways/${gateway}`, signal),
      found(`/audio/${audio}`, signal),
      optOut && found(`/audio/${optOut}`, signal),
      callbase && found(`/callbases/${callbase}`, signal),
      linesOf(signal),
    ]);
    return { gateway: gatewayIs, audio: audioIs, optOut: optOutIs, callbase: callbaseIs, lines };
  };
  return usePolled(ask, 0, [gateway, audio, optOut, callbase]).data ?? {};
}

async function found(path, signal) {
  try {
    return await get(path, {}, signal);
  } catch (problem) {
    if (problem.status === 404) return null;
    throw problem;
  }
}

async function linesOf(signal) {
  const response = await fetch("/health", { cache: "no-store", signal });
  return (await response.json()).lines;
}
