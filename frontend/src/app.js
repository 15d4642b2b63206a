// What every page gets. Nothing here is needed to work: each part only makes a step quicker.
import "./app.css";
import "htmx.org";
import { closeMenus } from "./menus.js";
import { keepDrafts } from "./drafts.js";
import { refreshConditionalFields } from "./conditions.js";
import { suggestPeople } from "./people.js";
import { focusErrors } from "./errors.js";
import { filterAtOnce } from "./filters.js";

closeMenus();
focusErrors();
keepDrafts();
refreshConditionalFields();
suggestPeople();
filterAtOnce();
