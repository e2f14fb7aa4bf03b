/** What is wrong with a device and what the person can do about it, in the words of the browser they hold. */

import { _ } from "../../messages.js";

/**
 * Where the page is open: the browser inside an app shows other buttons than that of the phone.
 * @typedef {"wechat" | "app" | "ios" | "android" | "desk"} Browser
 * @param {string} [agent]
 * @returns {Browser}
 */
export function browser(agent = navigator.userAgent) {
  if (/MicroMessenger/i.test(agent)) return "wechat";
  if (/DingTalk|AlipayClient|Weibo|QQ\/|aweme|Toutiao|baiduboxapp|; wv\)/i.test(agent)) return "app";
  if (/iPhone|iPad|iPod/i.test(agent)) return "ios";
  return /Android/i.test(agent) ? "android" : "desk";
}

/** Whether this browser has what sound and picture need. */
export function able() {
  return "RTCPeerConnection" in window && Boolean(navigator.mediaDevices?.getUserMedia);
}

/** How to get the page out of an app, or to another browser. @param {Browser} kind */
export function elsewhere(kind) {
  return {
    wechat: _("You are inside WeChat. Tap “···” at the top right, then “Open in browser”."),
    app: _("You are inside an app. Look for “···” or “Share”, then “Open in browser”."),
    ios: _("Copy the address and open it in Safari."),
    android: _("Copy the address and open it in the browser that came with your phone, or in Chrome or Edge."),
    desk: _("Copy the address and open it in a current Edge, Chrome or Firefox, or scan the code with your phone."),
  }[kind];
}

/** How a permission that was refused is given after all. @param {Browser} kind */
function allow(kind) {
  return {
    wechat: _("Not allowed. In the phone's settings look for WeChat and switch camera and microphone on; then test again."),
    app: _("Not allowed. In the phone's settings look for this app and switch camera and microphone on; then test again."),
    ios: _("Not allowed. Tap “aA” beside the address, then “Website Settings”, allow it, and test again."),
    android: _("Not allowed. Tap the lock beside the address, then “Permissions”, allow it, and test again."),
    desk: _("Not allowed. Tap the lock beside the address, allow it, and test again."),
  }[kind];
}

/** @param {string} fault  of odr.domain.devices @param {Record<string, string | number>} [values] @returns {string} */
export function remedy(fault, values = {}) {
  const kind = browser();
  /** @type {Record<string, () => string>} */
  const words = {
    denied: () => allow(kind),
    missing: () => _("None was found on this device. If one is plugged in, pull it out and put it in again."),
    busy: () => _("Another app uses it. Close that app and test again."),
    timeout: () => _("It does not answer. Close other apps, or open this page in the phone's own browser."),
    insecure: () => _("This address is not secure (https), so the browser keeps it closed."),
    blocked: () => _("This browser does not let pages use it. Open this page in another one, see below."),
    muted: () => _("The phone gives no sound at all. End a phone call if one is open, switch the mute key off, and test again."),
    quiet: () => _("Very quiet. Speak closer, and see whether the phone is muted."),
    echo: () => _("Your microphone hears your own loudspeaker: the others would hear an echo. Take earphones or turn the volume down; two phones in one room: sit apart."),
    slow: () => _("Slow: %(ms)s milliseconds. Go nearer to the router.", values),
    lossy: () => _("Much is lost on the way. Go nearer to the router, or take mobile data."),
    narrow: () => _("Little gets out (%(kbps)s kbit/s): switch the camera off if the sound breaks up, or take another network.", values),
    gone: () => _("Sound and picture do not get through. Try another network, such as mobile data."),
  };
  return (words[fault] ?? words.timeout)();
}
