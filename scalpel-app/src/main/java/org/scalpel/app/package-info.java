/**
 * The command line: one class per verb, reports, the demo. Read {@link org.scalpel.app.Main} and
 * {@link org.scalpel.app.CommandTree} first. It is not the place for anything that a program could
 * want: that lives in the modules below.
 */
@NullMarked
package org.scalpel.app;

import org.jspecify.annotations.NullMarked;
