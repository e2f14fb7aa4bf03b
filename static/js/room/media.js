/**
 * Sound and pictures of a room: our microphone and camera out, everybody we may see and hear in.
 *
 *   const mine = await openDevices();                     // { audio, video, trouble }; asks for each separately
 *   const media = new RoomMedia({ getTicket, on: { … } });
 *   media.start(mine);
 *   media.muteMic(true);  media.muteCamera(true);         // our own mute; the room's mute-lock comes as on.muted
 *   await media.replaceTrack("video", otherCameraTrack);  // another device, or one got back after a phone call
 *   const { seats, up } = await media.stats();
 *   media.stop();
 *
 * The page plays what it is given: a video element with `playsinline muted autoplay` and an audio element a seat;
 * call `element.play()` from the tap that joins, or a phone stays silent.
 *
 * @typedef {"audio" | "video"} Device
 * @typedef {Device | "screen"} Kind
 * @typedef {"denied" | "missing" | "busy" | "timeout" | "insecure" | "blocked"} Trouble
 * @typedef {{ audio: MediaStreamTrack | null, video: MediaStreamTrack | null,
 *             trouble: Partial<Record<Device, Trouble>> }} Devices
 *
 * @typedef {"full" | "small" | "stills" | "sound"} Quality
 *
 * @typedef {object} MediaEvents   all optional
 * @property {(seat: string, kind: Kind, stream: MediaStream) => void} [track]   somebody is to be seen or heard
 * @property {(seat: string, kind: Kind) => void} [trackGone]
 * @property {(seat: string | null) => void} [speaker]
 * @property {(muted: boolean) => void} [muted]             whether the room keeps our sound from the others
 * @property {(qualities: Record<string, Quality>, screen?: Quality) => void} [pictures]  by seat, how much of whose
 *                                                         picture our line lets through; who is not named is whole
 * @property {() => void} [lost]                           connection lost; coming back by itself
 * @property {() => void} [moved]                          the server of the room is lost, another takes over by itself;
 *                                                         without it `lost` is called
 * @property {() => void} [restored]                       media flows (also the first time)
 * @property {(reason: import("./signalling.js").Farewell) => void} [ended]
 * @property {(kind: Device, state: "ended" | "muted" | "live") => void} [device]  the system took or gave a device
 */
import { Pulse } from "./pulse.js";
import { Signalling } from "./signalling.js";

const DEVICE_TIMEOUT_MS = 8000; // some phones never settle getUserMedia
const DISCONNECTED_MS = 1200; // then restart ICE: waiting for "failed" costs 7.6 s (measured)
const MAX_BITRATE = { audio: 40_000, video: 800_000, screen: 800_000 };
/** Two sizes of our picture, so that nobody's thin line lowers it for the others. @type {Record<string, object>} */
const LAYERS = { l: { maxBitrate: 150_000, scaleResolutionDownBy: 2 }, h: { maxBitrate: 800_000, scaleResolutionDownBy: 1 } };
/** @type {Record<string, Kind>} */
const UPLINK = { 0: "audio", 1: "video", su: "screen" };
const SCREEN_DOWN = "sd";
/** @type {Record<string, Trouble>} */
const TROUBLES = { NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "missing" };
/** @type {Record<Device, MediaStreamConstraints>} */
const WISHES = {
  audio: { audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true } },
  video: { video: { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 20, max: 30 } } },
};

/**
 * Microphone and camera, each by itself, so that a refused camera leaves the voice.
 * @param {{ audio?: boolean, video?: boolean }} [wanted] @param {number} [patience]  milliseconds for each
 * @returns {Promise<Devices>}
 */
export async function openDevices(wanted = {}, patience = DEVICE_TIMEOUT_MS) {
  /** @type {Devices} */
  const devices = { audio: null, video: null, trouble: {} };
  for (const kind of /** @type {Device[]} */ (["audio", "video"])) {
    if (wanted[kind] === false) continue;
    try {
      devices[kind] = await openDevice(kind, undefined, patience);
    } catch (error) {
      devices.trouble[kind] = troubleOf(error);
    }
  }
  return devices;
}

/**
 * One device; rejects with the browser's error, "timeout", "insecure" or "blocked".
 * @param {Device} kind @param {string} [deviceId] @param {number} [patience]
 * @returns {Promise<MediaStreamTrack>}
 */
export async function openDevice(kind, deviceId, patience = DEVICE_TIMEOUT_MS) {
  if (!navigator.mediaDevices?.getUserMedia) throw window.isSecureContext ? "blocked" : "insecure";
  const wish = /** @type {MediaTrackConstraints} */ (WISHES[kind][kind]);
  const asked = navigator.mediaDevices.getUserMedia({
    [kind]: deviceId ? { ...wish, deviceId: { exact: deviceId } } : wish,
  });
  let late = false;
  const timeout = new Promise((_, reject) =>
    setTimeout(() => {
      late = true;
      reject("timeout");
    }, patience),
  );
  asked.then((stream) => late && stream.getTracks().forEach((track) => track.stop())).catch(() => {});
  const stream = /** @type {MediaStream} */ (await Promise.race([asked, timeout]));
  return stream.getTracks()[0];
}

/** Whether this browser can show its screen to others: phones cannot. */
export function screenable() {
  return Boolean(navigator.mediaDevices?.getDisplayMedia);
}

/** @param {unknown} error @returns {Trouble} */
function troubleOf(error) {
  if (error === "timeout" || error === "insecure" || error === "blocked") return error;
  return TROUBLES[/** @type {Error} */ (error).name] ?? "busy";
}

export class RoomMedia {
  /**
   * @param {object} options
   * @param {() => Promise<string>} options.getTicket
   * @param {MediaEvents} [options.on]
   * @param {string} [options.origin]
   */
  constructor({ getTicket, on = {}, origin }) {
    this.on = on;
    /** @type {Record<Kind, MediaStreamTrack | null>} */
    this.own = { audio: null, video: null, screen: null };
    /** @type {RTCPeerConnection | null} */
    this.pc = null;
    this.visit = 0; // each place we are given at the seat is one, with a connection of its own
    /** @type {Record<string, string>} */
    this.slots = {};
    /** @type {Record<string, string>} by mid */
    this.qualities = {};
    /** @type {Map<string, { seat: string, kind: Kind, track: MediaStreamTrack }>} what the page was given */
    this.shown = new Map();
    this.work = Promise.resolve();
    this.connected = false;
    this.talk = new Signalling({
      getTicket,
      origin,
      on: {
        joined: () => this.begin(),
        offer: (version, sdp, slots, relays) => this.enqueue(() => this.takeOffer(version, sdp, slots, relays)),
        slots: (slots) => this.enqueue(() => this.show(slots)),
        speaker: (seat) => this.on.speaker?.(seat),
        muted: (muted) => this.on.muted?.(muted),
        pictures: (qualities) => this.enqueue(() => this.weigh(qualities)),
        moved: () => this.move(),
        lost: () => this.setConnected(false),
        ended: (reason) => this.finish(reason),
      },
    });
    this.pulse = new Pulse(() => this.heard(), (comes) => this.setConnected(comes));
    this.watchers = [
      watch(window, "online", () => this.talk.rejoin()),
      watch(window, "offline", () => this.setConnected(false)),
      watch(document, "visibilitychange", () => this.lookAgain()),
      watch(/** @type {any} */ (navigator).connection, "change", () => this.talk.connected && this.talk.restart()),
    ];
  }

  /** @param {Devices} devices */
  start(devices) {
    for (const kind of /** @type {Device[]} */ (["audio", "video"])) this.take(kind, devices[kind]);
    return this.talk.join();
  }

  stop() {
    this.talk.leave();
    this.close();
    this.pulse.end();
    for (const unwatch of this.watchers) unwatch();
    for (const track of Object.values(this.own)) track?.stop();
  }

  /** @param {boolean} muted */
  muteMic(muted) {
    if (this.own.audio) this.own.audio.enabled = !muted;
  }

  /** @param {boolean} muted */
  muteCamera(muted) {
    if (this.own.video) this.own.video.enabled = !muted;
  }

  /** Send another track from now on; null sends nothing. @param {Device} kind @param {MediaStreamTrack | null} track */
  async replaceTrack(kind, track) {
    const before = this.own[kind];
    this.take(kind, track);
    if (track && before) track.enabled = before.enabled;
    if (before && before !== track) before.stop();
    await this.send(kind);
  }

  /** Send that screen as soon as the room asks for it; null ends it. @param {MediaStreamTrack | null} track */
  async share(track) {
    this.own.screen?.stop();
    this.own.screen = track;
    await this.send("screen");
  }

  /** @param {Kind} kind */
  async send(kind) {
    const mid = Object.keys(UPLINK).find((m) => UPLINK[m] === kind);
    await this.pc?.getTransceivers().find((t) => t.mid === mid)?.sender.replaceTrack(this.own[kind]);
  }

  /** @param {Device} kind @param {MediaStreamTrack | null} track */
  take(kind, track) {
    this.own[kind] = track;
    if (!track) return;
    track.onended = () => this.on.device?.(kind, "ended");
    track.onmute = () => this.on.device?.(kind, "muted");
    track.onunmute = () => this.on.device?.(kind, "live");
  }

  // -- one connection

  begin() {
    this.pc?.close(); // steps that still wait for it never settle, hence a new chain
    this.work = Promise.resolve();
    this.qualities = {};
    this.pc = null;
    this.visit += 1;
  }

  move() {
    this.begin();
    this.connected = false;
    (this.on.moved ?? this.on.lost)?.();
  }

  /** @param {RTCIceServer[]} relays  for networks that let no UDP out */
  connect(relays) {
    const pc = new RTCPeerConnection({ iceServers: relays, bundlePolicy: "max-bundle" });
    pc.onconnectionstatechange = () => this.pc === pc && this.connectionChanged(pc);
    return pc;
  }

  /** @param {RTCPeerConnection} pc */
  connectionChanged(pc) {
    if (pc.connectionState === "connected") this.setConnected(true);
    if (pc.connectionState === "failed") this.talk.rejoin();
    if (pc.connectionState === "disconnected") {
      setTimeout(() => this.pc === pc && pc.connectionState === "disconnected" && this.recover(), DISCONNECTED_MS);
    }
  }

  recover() {
    this.setConnected(false);
    if (this.talk.connected) this.talk.restart();
    else this.talk.rejoin();
  }

  lookAgain() {
    if (document.visibilityState !== "visible" || !this.pc) return;
    if (!this.talk.connected) this.talk.rejoin();
    else if (this.pc.connectionState !== "connected") this.talk.restart();
  }

  /** The connection on which something ought to come all the time: the server reports on what we send. */
  heard() {
    const sends = this.own.audio || this.own.video;
    return sends && this.pc?.connectionState === "connected" ? this.pc : null;
  }

  /** @param {boolean} connected */
  setConnected(connected) {
    if (this.connected === connected) return;
    this.connected = connected;
    (connected ? this.on.restored : this.on.lost)?.();
  }

  /** One negotiation step after the other. @param {() => Promise<void>} step */
  enqueue(step) {
    const visit = this.visit;
    this.work = this.work
      .then(() => (this.visit === visit ? step() : undefined))
      .catch((error) => {
        if (this.visit !== visit || this.talk.ended) return;
        console.warn("room media:", error);
        this.talk.rejoin();
      });
  }

  /**
   * The first offer of a visit makes the connection: Firefox refuses relays that are set on one afterwards.
   * @param {number} version @param {string} sdp @param {Record<string, string>} slots @param {RTCIceServer[]} relays
   */
  async takeOffer(version, sdp, slots, relays) {
    this.pc ??= this.connect(relays);
    const pc = this.pc;
    await pc.setRemoteDescription({ type: "offer", sdp });
    for (const transceiver of pc.getTransceivers()) {
      const kind = UPLINK[transceiver.mid ?? ""];
      if (!kind) continue;
      if (transceiver.sender.track !== this.own[kind]) await transceiver.sender.replaceTrack(this.own[kind]);
      transceiver.direction = "sendonly";
    }
    await pc.setLocalDescription(await pc.createAnswer());
    if (this.pc !== pc) return;
    this.talk.answer(version, /** @type {RTCSessionDescription} */ (pc.localDescription).sdp);
    await this.limit(pc);
    await this.show(slots);
  }

  /** @param {RTCPeerConnection} pc */
  async limit(pc) {
    for (const transceiver of pc.getTransceivers()) {
      const kind = UPLINK[transceiver.mid ?? ""];
      const parameters = kind && transceiver.sender.getParameters();
      if (!parameters || !parameters.encodings?.length) continue;
      if (parameters.encodings.every((encoding) => encoding.maxBitrate)) continue;
      for (const encoding of parameters.encodings) {
        Object.assign(encoding, LAYERS[encoding.rid ?? ""] ?? { maxBitrate: MAX_BITRATE[kind] });
      }
      await transceiver.sender.setParameters(parameters).catch(() => {}); // a wish, not a need
    }
  }

  /** Tell the page who came and went. @param {Record<string, string>} slots */
  async show(slots) {
    this.slots = slots;
    const now = new Map();
    for (const [mid, seat] of Object.entries(slots)) {
      const track = this.receiver(mid)?.track;
      const kind = mid === SCREEN_DOWN ? "screen" : track?.kind;
      if (track) now.set(`${seat} ${kind}`, { seat, kind, track });
    }
    const before = this.shown;
    this.shown = now;
    for (const [key, { seat, kind }] of before) if (!now.has(key)) this.on.trackGone?.(seat, kind);
    for (const [key, { seat, kind, track }] of now) {
      if (before.get(key)?.track !== track) this.on.track?.(seat, kind, new MediaStream([track]));
    }
    await this.weigh(this.qualities);
  }

  /** Tell the page whose picture our line does not carry. @param {Record<string, string>} qualities  by mid */
  async weigh(qualities) {
    this.qualities = qualities;
    /** @type {Record<string, Quality>} */
    const seats = {};
    for (const [mid, quality] of Object.entries(qualities)) {
      if (this.slots[mid] && mid !== SCREEN_DOWN) seats[this.slots[mid]] = /** @type {Quality} */ (quality);
    }
    this.on.pictures?.(seats, /** @type {Quality | undefined} */ (qualities[SCREEN_DOWN]));
  }

  /** @param {string} mid */
  receiver(mid) {
    return this.pc?.getTransceivers().find((t) => t.mid === mid)?.receiver;
  }

  /** @param {import("./signalling.js").Farewell} reason */
  finish(reason) {
    this.close();
    this.on.ended?.(reason);
  }

  close() {
    this.show({});
    this.pc?.close();
    this.pc = null;
    this.visit += 1;
    this.connected = false;
  }

  /**
   * What arrives of whom, screens left out, and how our own line is. Counters since the connection began.
   * @returns {Promise<{ seats: Record<string, { frames: number, width: number, videoPackets: number,
   *   audioPackets: number, audioEnergy: number, lost: number }>,
   *   up: { frames: number, kbps: number, rttMs: number | null, lost: number } }>}  `up.lost`: share, 0 to 1, of late
   */
  async stats() {
    /** @type {Record<string, any>} */
    const seats = {};
    const up = { frames: 0, kbps: 0, rttMs: /** @type {number | null} */ (null), lost: 0 };
    const reports = this.pc ? await this.pc.getStats() : new Map();
    reports.forEach((s) => {
      const seat = s.type === "inbound-rtp" && s.mid !== SCREEN_DOWN && this.slots[s.mid];
      if (seat) {
        const all = (seats[seat] ??= {
          frames: 0, width: 0, videoPackets: 0, audioPackets: 0, audioEnergy: 0, lost: 0,
        });
        all.lost += s.packetsLost ?? 0;
        if (s.kind === "video") {
          Object.assign(all, { frames: s.framesDecoded ?? 0, width: s.frameWidth ?? 0, videoPackets: s.packetsReceived });
        } else {
          Object.assign(all, { audioPackets: s.packetsReceived, audioEnergy: s.totalAudioEnergy ?? 0 });
        }
      }
      if (s.type === "outbound-rtp" && s.kind === "video" && UPLINK[s.mid] !== "screen") {
        up.frames = s.framesEncoded ?? 0;
        up.kbps = Math.round((s.targetBitrate ?? 0) / 1000);
      }
      if (s.type === "remote-inbound-rtp" && s.roundTripTime !== undefined) up.rttMs = 1000 * s.roundTripTime;
      if (s.type === "remote-inbound-rtp") up.lost = Math.max(up.lost, s.fractionLost ?? 0);
    });
    return { seats, up };
  }
}

/** @param {EventTarget | undefined} target @param {string} event @param {() => void} act */
function watch(target, event, act) {
  target?.addEventListener(event, act);
  return () => target?.removeEventListener(event, act);
}
