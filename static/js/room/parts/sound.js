/** Small sounds and levels: how loud a microphone is, a tone to be heard, a chime when somebody arrives. */

/** @returns {AudioContext | null} */
function context() {
  const Kind = window.AudioContext ?? /** @type {any} */ (window).webkitAudioContext;
  return Kind ? new Kind() : null;
}

/**
 * What listens to a microphone; null where the browser cannot: Firefox refuses one of another sample rate than that of
 * the loudspeaker, such as a headset's.
 * @param {AudioContext} audio @param {MediaStreamTrack} track
 */
function analyserOf(audio, track) {
  const analyser = audio.createAnalyser();
  try {
    audio.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  } catch {
    audio.close();
    return null;
  }
  return analyser;
}

/**
 * Calls back with the level of a microphone, 0 to 1, ten times a second, until the returned function is called.
 * @param {MediaStreamTrack} track @param {(level: number) => void} tell
 * @returns {() => void}
 */
export function measure(track, tell) {
  const audio = context();
  if (!audio) return () => {};
  const analyser = analyserOf(audio, track);
  if (!analyser) return () => {};
  analyser.fftSize = 1024;
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    if (audio.state !== "running") return; // before the first tap, or in a call: nobody can tell
    analyser.getFloatTimeDomainData(samples);
    let sum = 0;
    for (const sample of samples) sum += sample * sample;
    tell(Math.min(1, 4 * Math.sqrt(sum / samples.length)));
  }, 100);
  return () => {
    clearInterval(timer);
    audio.close();
  };
}

/**
 * Plays a tone and listens whether the microphone hears it, past the echo cancelling of the device.
 * @param {MediaStreamTrack} track @param {number} hertz @param {number} seconds
 * @returns {Promise<number>}  decibels by which the tone stands above the loudest moment before; 0 if nobody can tell
 */
export async function listenFor(track, hertz, seconds) {
  const audio = context();
  if (!audio) return 0;
  const analyser = analyserOf(audio, track);
  if (!analyser) {
    tone(hertz, seconds);
    return 0;
  }
  analyser.fftSize = 4096;
  analyser.smoothingTimeConstant = 0;
  const bins = new Float32Array(analyser.frequencyBinCount);
  const at = Math.round((hertz * analyser.fftSize) / audio.sampleRate);
  /** @param {number} ms @returns {Promise<number[]>} */
  const levels = async (ms) => {
    const found = [];
    for (let end = performance.now() + ms; performance.now() < end; ) {
      await new Promise((next) => setTimeout(next, 50));
      analyser.getFloatFrequencyData(bins);
      found.push(Math.max(...bins.subarray(at - 1, at + 2), -120));
    }
    return found.sort((a, b) => a - b);
  };
  const before = (await levels(1000)).pop() ?? 0;
  tone(hertz, seconds, 0.2);
  await new Promise((next) => setTimeout(next, 300 * seconds)); // what cancels echo needs a moment
  const during = await levels(500 * seconds);
  audio.close();
  return (during[Math.floor(during.length / 2)] ?? before) - before;
}

/** @param {number} hertz @param {number} seconds @param {number} [loudness] */
export function tone(hertz, seconds, loudness = 0.2) {
  const audio = context();
  if (!audio) return;
  const source = audio.createOscillator();
  const gain = audio.createGain();
  source.frequency.value = hertz;
  gain.gain.setValueAtTime(loudness, audio.currentTime);
  gain.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + seconds);
  source.connect(gain).connect(audio.destination);
  source.start();
  source.stop(audio.currentTime + seconds);
  source.onended = () => audio.close();
}
