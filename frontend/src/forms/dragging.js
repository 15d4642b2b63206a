// Items can be dragged to another place; the buttons beside them do the same by keyboard.
export function dragItems(builder, steps) {
  let from = null;
  const itemOf = (event) => event.target.closest?.("[data-place]");

  builder.addEventListener("dragstart", (event) => {
    const item = itemOf(event);
    if (!item) return;
    from = item.dataset.place;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", from);
  });
  builder.addEventListener("dragover", (event) => {
    const item = itemOf(event);
    if (from === null || !item) return;
    event.preventDefault();
    mark(builder, item);
  });
  builder.addEventListener("drop", (event) => {
    const item = itemOf(event);
    if (from === null || !item) return;
    event.preventDefault();
    const form = builder.querySelector("[data-arrange]");
    steps.step(form, null, { whole: true, extra: { do: `move:${from}:${item.dataset.place}` } });
    end();
  });
  builder.addEventListener("dragend", () => end());

  function end() {
    from = null;
    mark(builder, null);
  }
}

function mark(builder, item) {
  for (const each of builder.querySelectorAll(".is-target")) each.classList.remove("is-target");
  item?.classList.add("is-target");
}
