// Suggest people while a name is typed; without this the field takes a username or a full name.
const PAUSE_MILLISECONDS = 200;

export function suggestPeople() {
  for (const field of document.querySelectorAll("input[data-people]")) suggest(field);
}

function suggest(field) {
  const list = document.getElementById(field.getAttribute("list"));
  let timer = 0;
  let asked = "";

  async function ask() {
    const text = field.value.trim();
    if (text.length < 2 || text === asked) return;
    asked = text;
    const address = new URL(field.dataset.people, location.href);
    address.searchParams.set("text", text);
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (!answer.ok || field.value.trim() !== text) return;
    const { people } = await answer.json();
    list.replaceChildren(
      ...people.map((person) => {
        const option = document.createElement("option");
        option.value = person.username;
        option.label = [person.name, person.note].filter(Boolean).join(" · ");
        return option;
      }),
    );
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MILLISECONDS);
  });
}
