/**
 * Ticks of an agreement's clauses, kept as they are made: who loses the line finds them again.
 *
 * DOM contract: `form[data-clauses]` names the address that takes the ticks. Without script they are sent with the form.
 */

/** @param {ParentNode} root */
export function keepClauses(root) {
  for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (root.querySelectorAll("form[data-clauses]"))) {
    let last = Promise.resolve();
    form.addEventListener("change", () => {
      const ticked = new FormData(form).getAll("clause").map((value) => ["clause", String(value)]);
      const body = new URLSearchParams(ticked);
      const send = () => fetch(form.dataset.clauses ?? "", { method: "POST", body, keepalive: true });
      // In their order; one that was lost comes with the next tick, or with the form.
      last = last.then(send).then(() => undefined, () => undefined);
    });
  }
}
