@NullMarked
package org.scalpel.plan;

import org.jspecify.annotations.NullMarked;
