/** Small sounds and levels: how loud a microphone is, a tone to be heard, a chime when somebody arrives. */

/** @returns {AudioContext | null} */
function context() {
  const Kind = window.AudioContext ?? /** @type {any} */ (window).webkitAudioContext;
  return Kind ? new Kind() : null;
}

/**
 * Calls back with the level of a microphone, 0 to 1, ten times a second, until the returned function is called.
 * @param {MediaStreamTrack} track @param {(level: number) => void} tell
 * @returns {() => void}
 */
export function measure(track, tell) {
  const audio = context();
  if (!audio) return () => {};
  const analyser = audio.createAnalyser();
  analyser.fftSize = 1024;
  audio.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
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
