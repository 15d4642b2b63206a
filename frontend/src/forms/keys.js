// Ctrl+S saves at once, Ctrl+Z and Ctrl+Y walk the steps, Alt with an arrow moves an item.
export function walkByKeys(builder, steps) {
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches?.("input:not([type=checkbox]):not([type=radio]), textarea");
    const key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && key === "s") {
      event.preventDefault();
      steps.save();
    } else if ((event.ctrlKey || event.metaKey) && !isTyping && (key === "z" || key === "y")) {
      event.preventDefault();
      builder.querySelector(key === "y" || event.shiftKey ? "#redo" : "#undo")?.click();
    } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      const item = event.target.closest?.("[data-place]");
      if (!item) return;
      event.preventDefault();
      item.querySelector(`button[value^="${event.key === "ArrowUp" ? "up" : "down"}:"]`)?.click();
    }
  });
}
