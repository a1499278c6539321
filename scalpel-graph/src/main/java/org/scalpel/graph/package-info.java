@NullMarked
package org.scalpel.graph;

import org.jspecify.annotations.NullMarked;
