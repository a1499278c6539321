@NullMarked
package org.scalpel.codec;

import org.jspecify.annotations.NullMarked;
