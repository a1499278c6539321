@NullMarked
package org.scalpel.testbed;

import org.jspecify.annotations.NullMarked;
