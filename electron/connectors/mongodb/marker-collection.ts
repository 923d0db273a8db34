/** The one collection that Tandem may keep in a user's database, if the person allows it (L6, L16). */
export const MARKER_COLLECTION = '_tandem_marker';
