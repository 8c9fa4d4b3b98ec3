/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree of one YAML document, with the place of every node: libyaml's document nodes, and only the plain
 * part of YAML. Anchors, aliases, tags, a second document, control characters, deep nesting and vast trees
 * are refused, so any bytes are safe input.
 */
#ifndef SCENARIO_YAML_TREE_H
#define SCENARIO_YAML_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include <yaml.h>

#define YAML_TREE_DEPTH_MAX 8u     /* mappings and lists in one another */
#define YAML_TREE_NODES_MAX 20000u /* keys, values, mappings and lists */

/* An open tree. */
struct yaml_tree {
    yaml_document_t document;
};

/* The first thing that is wrong, counted from 1. */
struct yaml_tree_error {
    size_t line;
    size_t column;
    char message[200]; /* one line */
};

/*
 * Reads `size` bytes at `data` into `tree`, to be closed after use. On failure fills `error`, returns false,
 * and there is nothing to close.
 */
bool yaml_tree_open(struct yaml_tree *tree, const char *data, size_t size, struct yaml_tree_error *error);

void yaml_tree_close(struct yaml_tree *tree);

/* The node that the document is. */
const yaml_node_t *yaml_tree_root(const struct yaml_tree *tree);

/* The node with libyaml's number `number`, as items and pairs hold it. */
const yaml_node_t *yaml_tree_node(const struct yaml_tree *tree, int number);

/* What a mapping holds: the number of its pairs, and pair `index`. */
size_t yaml_tree_pair_count(const yaml_node_t *mapping);
void yaml_tree_pair(const struct yaml_tree *tree, const yaml_node_t *mapping, size_t index,
                    const yaml_node_t **key, const yaml_node_t **value);

/* What a list holds: the number of its items, and item `index`. */
size_t yaml_tree_item_count(const yaml_node_t *list);
const yaml_node_t *yaml_tree_item(const struct yaml_tree *tree, const yaml_node_t *list, size_t index);

/* The text of a scalar, without a NUL in it; of control characters it may have line ends only. */
const char *yaml_tree_text(const yaml_node_t *scalar);

/* Whether a scalar is without quotes. */
bool yaml_tree_is_plain(const yaml_node_t *scalar);

#endif
