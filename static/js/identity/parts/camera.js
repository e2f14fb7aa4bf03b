/**
 * A camera for pictures: opened with patience, its frames as JPEG, its troubles in words.
 *
 * @typedef {"denied" | "missing" | "busy" | "timeout" | "insecure"} Trouble
 */

import { _ } from "../../messages.js";

const OPEN_MS = 8000; // some telephones never settle getUserMedia
/** @type {Record<string, Trouble>} */
const TROUBLES = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
};

/**
 * Why the camera did not open, for the person.
 * @param {Trouble} trouble
 */
export function wordsOf(trouble) {
  const words = {
    denied: _("The camera was not allowed. Allow it in the settings of the browser, or choose another way below."),
    missing: _("No camera was found on this device. Please choose another way below."),
    busy: _("Another program is using the camera. Close it and try again, or choose another way below."),
    timeout: _("The camera does not answer. Open this page in the system browser, or choose another way below."),
    insecure: _("This browser gives no camera to this page. Please choose another way below."),
  };
  return words[trouble];
}

/**
 * The camera playing in `video`; rejects with a Trouble. Call it from a tap: iPhones play only then.
 * @param {HTMLVideoElement} video
 * @param {"user" | "environment"} facing
 * @param {{ width: number, height: number }} ideal
 * @returns {Promise<MediaStream>}
 */
export async function openCamera(video, facing, ideal) {
  if (!navigator.mediaDevices?.getUserMedia) throw /** @type {Trouble} */ ("insecure");
  const wish = {
    facingMode: { ideal: facing },
    width: { ideal: ideal.width },
    height: { ideal: ideal.height },
  };
  const stream = await inTime(navigator.mediaDevices.getUserMedia({ video: wish, audio: false }));
  video.srcObject = stream;
  video.muted = true;
  video.setAttribute("playsinline", "");
  try {
    await video.play();
  } catch {
    closeCamera(video);
    throw /** @type {Trouble} */ ("busy");
  }
  return stream;
}

/** @param {HTMLVideoElement} video */
export function closeCamera(video) {
  const stream = video.srcObject;
  if (stream instanceof MediaStream) for (const track of stream.getTracks()) track.stop();
  video.srcObject = null;
}

/**
 * A picture, or a part of it, on a canvas whose longer side is at most `longest` pixels. Never mirrored.
 * @param {HTMLVideoElement | HTMLImageElement} source
 * @param {number} longest
 * @param {{ x: number, y: number, width: number, height: number }} [part] in pixels of the source
 */
export function drawn(source, longest, part) {
  const [width, height] =
    source instanceof HTMLVideoElement
      ? [source.videoWidth, source.videoHeight]
      : [source.naturalWidth, source.naturalHeight];
  const from = part ?? { x: 0, y: 0, width, height };
  const scale = Math.min(1, longest / Math.max(from.width, from.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(from.width * scale));
  canvas.height = Math.max(1, Math.round(from.height * scale));
  const pen = canvas.getContext("2d");
  pen?.drawImage(source, from.x, from.y, from.width, from.height, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number} quality 0 to 1
 * @returns {Promise<Blob>}
 */
export function jpegOf(canvas, quality) {
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/jpeg", quality),
  );
}

/**
 * Put files into a form's file field, as if they had been chosen.
 * @param {HTMLInputElement} input
 * @param {File[]} files
 */
export function choose(input, files) {
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  input.files = transfer.files;
}

/**
 * @param {Promise<MediaStream>} asked
 * @returns {Promise<MediaStream>}
 */
async function inTime(asked) {
  let late = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const timeout = new Promise((_resolve, reject) => {
    timer = setTimeout(() => {
      late = true;
      reject(/** @type {Trouble} */ ("timeout"));
    }, OPEN_MS);
  });
  // a camera that opens after all must not stay on unseen
  asked.then((stream) => late && stream.getTracks().forEach((track) => track.stop()), () => undefined);
  try {
    return /** @type {MediaStream} */ (await Promise.race([asked, timeout]));
  } catch (error) {
    throw error === "timeout" ? error : (TROUBLES[/** @type {Error} */ (error).name] ?? "busy");
  } finally {
    clearTimeout(timer);
  }
}
