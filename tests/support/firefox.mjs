// Firefox driven over WebDriver BiDi: one JSON request a line on stdin, one JSON answer a line on stdout.
//   {"do": "goto", "url"} | {"do": "evaluate", "script"} | {"do": "click", "at"} | {"do": "type", "at", "text"}
//   | {"do": "prepare", "script"} | {"do": "wait", "script", "ms"} | {"do": "shoot", "path"} | {"do": "faults"} | {"do": "close"}
// `script` is the body of an async function.

import {createInterface} from 'node:readline';
import {stdin, stdout, argv} from 'node:process';
import puppeteer from 'puppeteer-core';

const [, , executablePath, language] = argv;
const browser = await puppeteer.launch({
  browser: 'firefox',
  executablePath,
  headless: true,
  acceptInsecureCerts: true,
  extraPrefsFirefox: {
    'media.navigator.streams.fake': true,
    'media.navigator.permission.disabled': true,
    'media.autoplay.default': 0,
    'media.peerconnection.ice.loopback': true,
    'intl.accept_languages': language,
    'app.update.enabled': false,
  },
});
const page = await browser.newPage();
await page.setViewport({width: 1280, height: 800});
const faults = [];
page.on('console', message => message.type() === 'error' && faults.push(`console: ${message.text()}`));
page.on('pageerror', error => faults.push(`exception: ${error.message}`));

const body = script => `(async () => { ${script} })()`;
const deeds = {
  goto: async ({url}) => (await page.goto(url)).status(),
  prepare: ({script}) => page.evaluateOnNewDocument(script).then(() => true),
  evaluate: ({script}) => page.evaluate(body(script)),
  click: ({at}) => page.locator(at).click(),
  type: ({at, text}) => page.type(at, text),
  wait: ({script, ms}) => page.waitForFunction(`(() => { ${script} })()`, {timeout: ms}).then(() => true),
  shoot: ({path}) => page.screenshot({path}).then(() => path),
  faults: async () => faults,
  close: () => browser.close().then(() => true),
};

const say = answer => stdout.write(`${JSON.stringify(answer)}\n`);
say({value: await browser.version()});
for await (const line of createInterface({input: stdin})) {
  const request = JSON.parse(line);
  try {
    say({value: (await deeds[request.do](request)) ?? null});
  } catch (error) {
    say({error: String(error?.message ?? error)});
  }
  if (request.do === 'close') break;
}
