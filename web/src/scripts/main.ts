// Small comforts on pages that work without any of them.

import { addCopyButtons } from "./copy";
import { closeOpenTools } from "./tools";
import { swapInPlace } from "./swap";
import { addThemeButton } from "./theme_button";

addThemeButton();
addCopyButtons(document);
closeOpenTools();
swapInPlace(addCopyButtons);
