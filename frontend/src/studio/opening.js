/* How every editor of drafts begins: with its setting, words, parts and text, or not at all. */

/* `begin` gets them and may fail; then the page says that the text cannot be shown. */
export async function openDraft(studio, address, begin) {
  const words = JSON.parse(studio.dataset.words);
  const part = (name) => studio.querySelector(`[data-${name}]`);
  try {
    const setting = JSON.parse(studio.dataset.setting);
    const chosen = setting.chosen ? `?text=${setting.chosen}` : "";
    const answer = await fetch(`${address}/source${chosen}`);
    if (!answer.ok) throw new Error(`The draft answered ${answer.status}.`);
    await begin({ studio, part, words, setting, source: await answer.text() });
    studio.dataset.ready = "true";
  } catch (problem) {
    part("state").textContent = words.says.unreadable;
    console.info(problem);
  }
}
