/** What the server refuses, known before it is asked. */

/** As in windvane/inference/invisible_characters.py: anything but white space, control, format and ignorable characters. */
const VISIBLE = /[^\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800\u{1D159}]/u;

/** Say whether a text shows nothing. */
export const isBlank = (text) => !VISIBLE.test(text);
