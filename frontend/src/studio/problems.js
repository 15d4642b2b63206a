/* What the checks of publishing find in the saved text, each with the way to its element. */
import { make } from "./making.js";

export class Problems {
  constructor(list, count, words) {
    Object.assign(this, { list, count, words });
  }

  show(findings) {
    const errors = findings.filter((each) => each.isError);
    const { says } = this.words;
    this.count.textContent = findings.length || "✓";
    this.count.className = `tag tone-${errors.length ? "red" : findings.length ? "amber" : "green"}`;
    const items = [...errors, ...findings.filter((each) => !each.isError)].map((each) => this.item(each));
    const nothing = make("li", { className: "studio-nothing", textContent: says.nothing });
    this.list.replaceChildren(...(items.length ? items : [nothing]));
    this.onShow?.(findings);
  }

  item(finding) {
    const { says } = this.words;
    const item = make("li", { className: finding.isError ? "is-error" : "is-advice" });
    const kind = make("strong", { textContent: finding.isError ? says.error : says.advice });
    const text = make("span", { textContent: `${finding.message} ${finding.remedy}` });
    if (finding.element) {
      const button = make("button", { type: "button", className: "studio-problem" });
      button.append(kind, " ", make("em", { textContent: finding.name }), " ", text);
      button.addEventListener("click", () => this.onPick?.(finding));
      item.append(button);
    } else item.append(kind, " ", text);
    if (finding.help) {
      const help = make("a", { href: finding.help, target: "_blank", textContent: finding.code });
      help.append(make("span", { className: "visually-hidden", textContent: `: ${says.help}` }));
      item.append(" ", help);
    }
    return item;
  }
}
