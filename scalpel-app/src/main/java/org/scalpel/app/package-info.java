@NullMarked
package org.scalpel.app;

import org.jspecify.annotations.NullMarked;
