@NullMarked
package org.scalpel.lab;

import org.jspecify.annotations.NullMarked;
