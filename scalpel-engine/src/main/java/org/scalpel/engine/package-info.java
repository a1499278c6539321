@NullMarked
package org.scalpel.engine;

import org.jspecify.annotations.NullMarked;
