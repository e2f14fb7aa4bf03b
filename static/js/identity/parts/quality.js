/**
 * Whether a photo of a paper is worth sending: sharp enough, without glare, bright enough.
 *
 * Only advice, in words, before the upload; the server looks again and decides.
 */

import { _ } from "../../messages.js";

const SIDE_PX = 800; // everything is measured at this size, so that telephones compare
const DULL = 3.0; // mean absolute Laplacian in grey levels: sharp papers 5 to 20, shaken ones below 3
const BURNT = 0.02; // share of burnt-out pixels in one lump; white paper itself stays below 250
const DARK = 60; // mean grey level

/**
 * What is wrong with the photo, or "" if nothing is.
 * @param {HTMLCanvasElement} photo
 */
export function faultOf(photo) {
  const grey = greyOf(photo);
  if (meanOf(grey.levels) < DARK) return _("The photo is too dark. Please go where there is more light.");
  if (burntIn(grey) > BURNT) return _("Light is reflected on the paper. Tilt it a little and take the photo again.");
  if (edgesOf(grey) < DULL) return _("The photo is blurred. Hold the phone still, wait for the focus and take it again.");
  return "";
}

/** @typedef {{ levels: Float32Array, width: number, height: number }} Grey */

/**
 * @param {HTMLCanvasElement} photo
 * @returns {Grey}
 */
function greyOf(photo) {
  const scale = Math.min(1, SIDE_PX / Math.max(photo.width, photo.height));
  const small = document.createElement("canvas");
  small.width = Math.max(8, Math.round(photo.width * scale));
  small.height = Math.max(8, Math.round(photo.height * scale));
  const pen = /** @type {CanvasRenderingContext2D} */ (small.getContext("2d"));
  pen.drawImage(photo, 0, 0, small.width, small.height);
  const { data } = pen.getImageData(0, 0, small.width, small.height);
  const levels = new Float32Array(small.width * small.height);
  for (let i = 0; i < levels.length; i++) {
    levels[i] = 0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2];
  }
  return { levels, width: small.width, height: small.height };
}

/** @param {Float32Array} levels */
function meanOf(levels) {
  return levels.reduce((sum, level) => sum + level, 0) / levels.length;
}

/**
 * The sharpest tenth of the blocks speaks for the photo: an empty desk has no edges.
 * @param {Grey} grey
 */
function edgesOf({ levels, width, height }) {
  const size = 40;
  const blocks = [];
  for (let top = 1; top + size < height; top += size) {
    for (let left = 1; left + size < width; left += size) {
      let sum = 0;
      for (let y = top; y < top + size; y++) {
        for (let x = left; x < left + size; x++) {
          const i = y * width + x;
          sum += Math.abs(4 * levels[i] - levels[i - 1] - levels[i + 1] - levels[i - width] - levels[i + width]);
        }
      }
      blocks.push(sum / (size * size));
    }
  }
  blocks.sort((a, b) => b - a);
  return blocks[Math.floor(blocks.length / 10)] ?? 0;
}

/**
 * The share of the photo in blocks that are burnt out entirely: a lamp's reflection, not white paper.
 * @param {Grey} grey
 */
function burntIn({ levels, width, height }) {
  const size = 16;
  let burnt = 0;
  for (let top = 0; top + size <= height; top += size) {
    for (let left = 0; left + size <= width; left += size) {
      let all = true;
      for (let y = top; all && y < top + size; y++) {
        for (let x = left; all && x < left + size; x++) all = levels[y * width + x] >= 252;
      }
      if (all) burnt += size * size;
    }
  }
  return burnt / levels.length;
}
