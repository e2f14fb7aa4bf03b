/**
 * The face mesh, in a worker of its own: 468 points of each picture, told as a few numbers.
 *
 * Asked: `{ models: "/static/…/" }` once, then `{ picture: ImageBitmap }`, one at a time. Answers: `{ ready: true }`,
 * `{ faces, motion, place }` or `{ trouble }`. WebAssembly runs here and in no page: the policy of this file allows it.
 */

import { Human } from "@vladmandic/human";

import { motionOf, placeOf } from "./parts/motion.js";

/** @type {Human | undefined} */
let human;

self.addEventListener("message", (event) => {
  answer(event.data).then(
    (found) => self.postMessage(found),
    (/** @type {unknown} */ trouble) => self.postMessage({ trouble: String(trouble) }),
  );
});

/** @param {{ models?: string, picture?: ImageBitmap }} asked */
async function answer({ models, picture }) {
  if (models) {
    human = await started(models);
    return { ready: true };
  }
  if (!human || !picture) throw new Error("not ready");
  const { width, height } = picture;
  const { face } = await human.detect(picture);
  picture.close();
  const [first] = face;
  if (!first) return { faces: 0 };
  return { faces: face.length, motion: motionOf(first.mesh), place: placeOf(first.mesh, width, height) };
}

/** @param {string} models */
async function started(models) {
  const off = { enabled: false };
  const made = new Human({
    backend: "wasm",
    wasmPath: models,
    modelBasePath: models,
    cacheModels: false,
    debug: false,
    warmup: "none",
    cacheSensitivity: 0, // each picture is looked at, however like the last one
    filter: off,
    gesture: off,
    body: off,
    hand: off,
    object: off,
    segmentation: off,
    face: {
      enabled: true,
      detector: { maxDetected: 2, rotation: false },
      mesh: { enabled: true },
      iris: off,
      attention: off,
      emotion: off,
      description: off,
      antispoof: off,
      liveness: off,
    },
  });
  await made.load();
  return made;
}
