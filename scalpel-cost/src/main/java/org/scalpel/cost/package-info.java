@NullMarked
package org.scalpel.cost;

import org.jspecify.annotations.NullMarked;
