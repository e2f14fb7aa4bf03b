/**
 * What is wrong with a photo of a paper, before it is sent: the limits and the words are the server's own
 * (filing/quality.py), which asks the same after the upload. Only advice.
 */

/**
 * @typedef {"small" | "dark" | "glare" | "blur" | "cut"} Fault
 * @typedef {{ limits: Record<string, number>, words: Record<Fault, string> }} Rules
 * @typedef {{ levels: Float32Array, width: number, height: number }} Grey
 */

const BURNT_LEVEL = 252;
const DESK = 150;
const RING = [1, 3]; // lumps beside a spot that its soft edge takes, and where its surroundings end
const LUMP = 16;
const BLOCK = 40;
const [DARKEST, BRIGHTEST] = [12, 243];

/**
 * The rules that a form carries as `data-quality`, or null where photos are not judged.
 * @param {HTMLElement} form
 * @returns {Rules | null}
 */
export function rulesOf(form) {
  return form.dataset.quality ? JSON.parse(form.dataset.quality) : null;
}

/**
 * The worst fault of the photo, in words, or "" if there is none.
 * @param {HTMLCanvasElement} photo @param {Rules} rules
 */
export function faultOf(photo, rules) {
  const fault = faultsOf(photo, rules)[0];
  return fault ? rules.words[fault] : "";
}

/**
 * @param {HTMLCanvasElement} photo @param {Rules} rules
 * @returns {Fault[]} the worst first
 */
export function faultsOf(photo, { limits }) {
  const grey = greyOf(photo, limits.side_px ?? 0);
  const ordered = Float32Array.from(grey.levels).sort();
  const bright = ordered[Math.floor(0.8 * (ordered.length - 1))] ?? 0;
  const edges = edgesOf(grey, limits.cut_contrast ?? 0).filter((share) => share < (limits.cut_most ?? 0));
  /** @type {[Fault, boolean][]} */
  const found = [
    ["small", Math.max(photo.width, photo.height) < (limits.least_px ?? 0)],
    ["dark", meanOf(grey.levels) < (limits.dark ?? 0)],
    ["glare", hasGlare(grey, bright, limits)],
    ["blur", sharpnessOf(grey) < (limits.dull ?? 0)],
    ["cut", Math.max(0, ...edges) > (limits.cut_least ?? 1)],
  ];
  return found.filter(([, there]) => there).map(([fault]) => fault);
}

/**
 * @param {HTMLCanvasElement} photo @param {number} side
 * @returns {Grey}
 */
function greyOf(photo, side) {
  const scale = Math.min(1, side / Math.max(photo.width, photo.height));
  const small = document.createElement("canvas");
  small.width = Math.max(LUMP, Math.round(photo.width * scale));
  small.height = Math.max(LUMP, Math.round(photo.height * scale));
  const pen = /** @type {CanvasRenderingContext2D} */ (small.getContext("2d"));
  pen.imageSmoothingQuality = "high";
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
function sharpnessOf({ levels, width, height }) {
  const blocks = [];
  for (let top = 1; top + BLOCK < height; top += BLOCK) {
    for (let left = 1; left + BLOCK < width; left += BLOCK) {
      let sum = 0;
      for (let y = top; y < top + BLOCK; y++) {
        for (let x = left; x < left + BLOCK; x++) {
          const i = y * width + x;
          sum += Math.abs(4 * levels[i] - levels[i - 1] - levels[i + 1] - levels[i - width] - levels[i + width]);
        }
      }
      blocks.push(sum / (BLOCK * BLOCK));
    }
  }
  blocks.sort((a, b) => b - a);
  return blocks[Math.floor(blocks.length / 10)] ?? 0;
}

/**
 * Are lumps burnt out entirely where the paper is not: by its usual light, or in one spot on it?
 * @param {Grey} grey @param {number} bright @param {Record<string, number>} limits
 */
function hasGlare(grey, bright, limits) {
  const [columns, rows] = [Math.floor(grey.width / LUMP), Math.floor(grey.height / LUMP)];
  /** @param {number} n */
  const lump = (n) => lumpAt(grey, (n % columns) * LUMP, Math.floor(n / columns) * LUMP);
  const burnt = Array.from({ length: rows * columns }, (_, n) => lump(n).every((level) => level >= BURNT_LEVEL));
  const share = (LUMP * LUMP) / grey.levels.length;
  const least = limits.burnt ?? 1;
  if (burnt.filter(Boolean).length * share <= least) return false;
  if (bright < (limits.white ?? 0)) return true;
  const spot = largestOf(burnt, columns);
  const [width, height] = [extentOf(spot.map((n) => n % columns)), extentOf(spot.map((n) => Math.floor(n / columns)))];
  if (spot.length * share <= least || spot.length * share >= (limits.spot_most ?? 0)) return false;
  if (spot.length < (limits.spot_full ?? 1) * width * height) return false;
  const around = besides(spot, columns, rows).map((n) => lump(n).sort()[BRIGHTEST] ?? 0);
  const desk = around.filter((level) => level < DESK).length;
  const paper = around.filter((level) => level >= DESK && level < BURNT_LEVEL - 1).length;
  if (!around.length) return false;
  return desk <= (limits.spot_desk ?? 0) * around.length && paper >= (limits.spot_paper ?? 1) * around.length;
}

/**
 * The largest region of lumps that touch with their sides.
 * @param {boolean[]} marked @param {number} columns
 */
function largestOf(marked, columns) {
  const left = new Set([...marked.keys()].filter((n) => marked[n]));
  /** @type {number[]} */
  let largest = [];
  for (const first of left) {
    const region = [first];
    left.delete(first);
    for (const n of region) {
      const beside = [n - columns, n + columns];
      if (n % columns > 0) beside.push(n - 1);
      if (n % columns < columns - 1) beside.push(n + 1);
      for (const next of beside) if (left.delete(next)) region.push(next);
    }
    if (region.length > largest.length) largest = region;
  }
  return largest;
}

/** @param {number[]} places */
function extentOf(places) {
  return Math.max(...places) - Math.min(...places) + 1;
}

/**
 * The lumps around a region, beyond those right beside it.
 * @param {number[]} region @param {number} columns @param {number} rows
 */
function besides(region, columns, rows) {
  const [near, far] = RING.map((reach) => {
    const reached = new Set();
    for (const n of region) {
      const [x, y] = [n % columns, Math.floor(n / columns)];
      for (let row = Math.max(0, y - reach); row <= Math.min(rows - 1, y + reach); row++) {
        for (let column = Math.max(0, x - reach); column <= Math.min(columns - 1, x + reach); column++) reached.add(row * columns + column);
      }
    }
    return reached;
  });
  return [...(far ?? [])].filter((n) => !near?.has(n));
}

/**
 * For each edge, the share of its lumps in which dark meets light: text, or the sheet itself, runs out of the photo.
 * @param {Grey} grey @param {number} contrast
 */
function edgesOf(grey, contrast) {
  const [columns, rows] = [Math.floor(grey.width / LUMP), Math.floor(grey.height / LUMP)];
  const [right, bottom] = [grey.width - LUMP, grey.height - LUMP];
  /** @param {number} count @param {(n: number) => [number, number]} place */
  const share = (count, place) => {
    let striking = 0;
    for (let n = 0; n < count; n++) {
      const ordered = lumpAt(grey, ...place(n)).sort();
      if ((ordered[BRIGHTEST] ?? 0) - (ordered[DARKEST] ?? 0) > contrast) striking++;
    }
    return striking / count;
  };
  return [
    share(columns, (n) => [n * LUMP, 0]),
    share(columns, (n) => [right - n * LUMP, bottom]),
    share(rows, (n) => [0, n * LUMP]),
    share(rows, (n) => [right, bottom - n * LUMP]),
  ];
}

/** @param {Grey} grey @param {number} left @param {number} top */
function lumpAt({ levels, width }, left, top) {
  const lump = new Float32Array(LUMP * LUMP);
  for (let y = 0; y < LUMP; y++) lump.set(levels.subarray((top + y) * width + left, (top + y) * width + left + LUMP), y * LUMP);
  return lump;
}
