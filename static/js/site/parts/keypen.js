/**
 * Draws by keys where a finger, a pen or a mouse draws: arrows move a cross, Enter or Space puts the pen down and
 * lifts it. What it does arrives as pointer events: whoever hears a pen hears this one.
 */

const STEP_PX = 12;
const FINE_PX = 3; // with Shift
/** @type {Record<string, [number, number]>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class KeyPen {
  /**
   * @param {HTMLElement} reader  has the focus and hears the keys
   * @param {Element} surface  hears the pen
   * @param {HTMLElement} layer  as large as the surface; the cross stands in it
   * @param {() => "" | "draw" | "point"} tool
   */
  constructor(reader, surface, layer, tool = () => "draw") {
    this.surface = surface;
    this.tool = tool;
    this.down = false;
    this.x = this.y = 0.5; // in parts of the surface
    this.cross = document.createElement("span");
    this.cross.className = "keypen";
    this.cross.hidden = true;
    this.cross.setAttribute("aria-hidden", "true");
    layer.append(this.cross);
    reader.addEventListener("keydown", (event) => this.press(event));
    reader.addEventListener("blur", () => this.rest());
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const tool = this.tool();
    const way = WAYS[event.key];
    if (!tool || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape" && !this.down) return;
    if (!way && !["Enter", " ", "Escape"].includes(event.key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (way) this.move(way, event.shiftKey ? FINE_PX : STEP_PX);
    else if (this.down) this.lift();
    else this.lower(tool);
  }

  /** @param {[number, number]} way @param {number} px */
  move([across, down], px) {
    const { width, height } = this.surface.getBoundingClientRect();
    this.x = inside(this.x + (across * px) / width);
    this.y = inside(this.y + (down * px) / height);
    this.show();
    if (this.down) this.tell("pointermove", 1);
  }

  /** @param {string} tool */
  lower(tool) {
    this.down = true;
    this.show();
    this.tell("pointerdown", 1);
    if (tool === "point") this.lift();
  }

  lift() {
    this.down = false;
    this.tell("pointerup", 0);
    this.show();
  }

  /** Whoever goes on to another control has drawn. */
  rest() {
    if (this.down) this.lift();
    this.cross.hidden = true;
  }

  show() {
    this.cross.hidden = false;
    this.cross.classList.toggle("keypen--down", this.down);
    this.cross.style.left = `${100 * this.x}%`;
    this.cross.style.top = `${100 * this.y}%`;
    this.cross.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** @param {string} type @param {number} buttons */
  tell(type, buttons) {
    const { left, top, width, height } = this.surface.getBoundingClientRect();
    const at = { clientX: left + this.x * width, clientY: top + this.y * height };
    this.surface.dispatchEvent(new PointerEvent(type, { ...at, pointerId: 1, buttons, pressure: 0.5, bubbles: true, cancelable: true }));
  }
}

/** @param {number} part */
function inside(part) {
  return Math.min(1, Math.max(0, part));
}
