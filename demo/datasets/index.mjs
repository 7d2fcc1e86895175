// Every dataset of the demonstration, in the order of the catalogue. One file a subject.

import { ECONOMY } from "./economy.mjs";
import { FAULTS } from "./faults.mjs";
import { NATURE } from "./nature.mjs";
import { PEOPLE } from "./people.mjs";
import { REFERENCE } from "./reference.mjs";
import { TRANSPORT } from "./transport.mjs";
import { WEATHER } from "./weather.mjs";

/**
 * A dataset here is its record (words of `lib/catalog.mjs`) and its `files`: a name and a function that
 * makes the text. `from` names the package and file that the data is taken from.
 */
export const DATASETS = [...WEATHER, ...NATURE, ...TRANSPORT, ...ECONOMY, ...PEOPLE, ...REFERENCE, ...FAULTS];
