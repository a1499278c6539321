@NullMarked
package org.scalpel.tier;

import org.jspecify.annotations.NullMarked;
