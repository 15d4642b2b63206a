// Runs before the page is drawn: what needs scripts may hide, what replaces them may go.
document.documentElement.classList.add("js");
