/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring/sag.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "twin/cell.h"
#include "twin/real.h"

#define HALF 0.5
#define CONTACT_OHM 0.001    /* the relay that Load drives (docs/MODELS.md) */
#define TRANSFER_V 0.0513852 /* 2 R T / F at 25 degC */
#define LOWEST_PART 0.75     /* of its cut-out: so far down what has one is a power */
#define AMPLE 2.0            /* its power does not limit a converter */
#define ROUNDS 40
#define NEAR_V 1e-6

/* ---- cells ---------------------------------------------------------------------------------------- */

static double point_at(const struct cell_point *points, int count, double z)
{
    int i = 1;

    assert(count >= 2);
    while (i < count - 1 && points[i].z < z) {
        i++;
    }
    return points[i - 1].value +
           (points[i].value - points[i - 1].value) * (z - points[i - 1].z) / (points[i].z - points[i - 1].z);
}

double sag_rest_v(const struct scenario_bank *bank, double z)
{
    const struct cell_model *model = cell_model_of(bank);

    assert(z >= 0.0 && z <= 1.0);
    return point_at(model->ocv_v, model->ocv_count, z) -
           point_at(model->hysteresis_v, model->hysteresis_count, z);
}

static double r0_ohm(const struct scenario_bank *bank)
{
    const struct cell_model *model = cell_model_of(bank);

    return (model->r0_ohm_ah[0].at_25 + model->r0_ohm_ah[1].at_25) / bank->capacity_ah;
}

/* What a cell's charge transfer takes of its voltage, `seconds` after `string_a` has begun to flow out of it. */
static double transfer_v(const struct scenario_bank *bank, double string_a, double seconds)
{
    const struct cell_model *model = cell_model_of(bank);
    const double exchange_a = model->exchange_per_h * bank->capacity_ah;

    return TRANSFER_V * real_asinh(string_a / (2.0 * exchange_a)) *
           (1.0 - real_exp(-seconds / model->tau1_s));
}

/* ---- the network ---------------------------------------------------------------------------------- */

static int add_load(struct network *network, struct network_load load)
{
    assert(network->load_count < NETWORK_LOADS_MAX);
    network->loads[network->load_count] = load;
    return network->load_count++;
}

static int add_link(struct network *network, int from, int to, double ohm, bool is_one_way)
{
    assert(network->link_count < NETWORK_LINKS_MAX);
    network->links[network->link_count] =
        (struct network_link){.from = from, .to = to, .conductance_s = 1.0 / ohm, .is_one_way = is_one_way};
    return network->link_count++;
}

/* The node behind the relay that Load drives, after those of the buses. */
static int node_of(const struct scenario *described, const struct scenario_load *load)
{
    if (load->outlet > 0) {
        return load->outlet;
    }
    return load->behind == BEHIND_RELAY ? 1 + described->bus_count : 0;
}

static void add_loads(const struct feed *feed, const struct use_instant *instant, struct sag *sag)
{
    const struct scenario *described = feed->described;

    for (int i = 0; i < described->load_count; i++) {
        const struct scenario_load *load = &described->loads[i];
        const double low_v = use_lowest_v(described, load);
        const bool is_resistance = load->resistance_ohm > 0.0;

        sag->load_place[i] = -1;
        if (instant->is_on[i] && load->outlet <= SCENARIO_BUSES_MAX) {
            sag->load_place[i] = add_load(
                &sag->network, (struct network_load){.node = node_of(described, load),
                                                     .power_w = use_power_w(load),
                                                     .current_a = is_resistance ? 1.0 / load->resistance_ohm
                                                                                : load->current_a,
                                                     .voltage_v_min = is_resistance ? 1.0 : low_v,
                                                     .cable_ohm = use_cable_ohm(described, load),
                                                     .is_resistance = is_resistance});
        }
    }
}

double sag_outlet_w(const struct feed *feed, const struct use_instant *instant, int i)
{
    const struct scenario *described = feed->described;
    const int outlet = SCENARIO_OUTLET_EQUIPMENT + i - (feed->parts.count - described->equipment_count);
    double sum_w = 0.0;

    for (int k = 0; k < described->load_count; k++) {
        if (instant->is_on[k] && described->loads[k].outlet == outlet) {
            sum_w += use_power_w(&described->loads[k]);
        }
    }
    return sum_w;
}

/* An inverter, a converter or a heater: what it takes. */
static void add_user(const struct feed *feed, const struct use_instant *instant, int i, struct sag *sag)
{
    const struct scenario_equipment *entry = &feed->parts.parts[i].entry;
    const struct equipment_facts *facts = &feed->parts.parts[i].facts;
    const double volt = WIRING_UNIT_V * scenario_bus_units(feed->described, entry->from);
    struct network_load load = {.node = entry->from,
                                .power_w = facts->draw_on_a * volt,
                                .voltage_v_min = fmax(LOWEST_PART * facts->cut_out_mv * 0.001, 1.0),
                                .cable_ohm = facts->from_cable_ohm};

    if (facts->efficiency <= 0.0) {
        load.is_resistance = true;
        load.current_a = facts->from_a_max / volt;
        load.power_w = 0.0;
    } else if (!facts->charges) {
        load.power_w += fmin(sag_outlet_w(feed, instant, i), feed_outlet_w_max(feed, i)) / facts->efficiency;
    }
    sag->part_place[i] = add_load(&sag->network, load);
    if (facts->charges) {
        const double to_v = facts->to_mv_max * 0.001;

        assert(sag->network.source_count < NETWORK_SOURCES_MAX);
        sag->network.sources[sag->network.source_count++] =
            (struct network_source){.node = entry->to,
                                    .power_w = AMPLE * to_v * facts->to_a_max,
                                    .current_a_max = facts->to_a_max,
                                    .voltage_v_max = to_v,
                                    .cable_ohm = facts->to_cable_ohm,
                                    .has_input = true,
                                    .input = sag->part_place[i],
                                    .efficiency = facts->efficiency};
    }
}

static void add_parts(const struct feed *feed, const struct use_instant *instant, struct sag *sag)
{
    for (int i = 0; i < feed->parts.count; i++) {
        const struct scenario_equipment *entry = &feed->parts.parts[i].entry;
        const struct equipment_facts *facts = &feed->parts.parts[i].facts;

        sag->part_place[i] = -1;
        sag->link_place[i] = -1;
        if (!feed->works[i] || facts->is_source || facts->needs_charged_input || facts->needs_source) {
            continue;
        }
        if (facts->is_contact) {
            sag->link_place[i] =
                add_link(&sag->network, entry->from, entry->to, facts->contact_ohm, !facts->joins_both_ways);
        } else if (feed->is_fed[entry->from]) {
            add_user(feed, instant, i, sag);
        }
    }
}

/* A string's resistance, with its batteries' boards; the bank's cable is beside it. */
static double string_ohm(const struct scenario_bank *bank)
{
    const double board_ohm = bank->board_mohm_ah * 0.001 / bank->capacity_ah;

    return bank->series * (bank->cells * r0_ohm(bank) + board_ohm);
}

static void build(const struct feed *feed, const struct use_instant *instant, struct sag *sag)
{
    const struct scenario *described = feed->described;

    memset(sag, 0, sizeof *sag);
    sag->network.node_count = 2 + described->bus_count;
    add_link(&sag->network, 0, 1 + described->bus_count, CONTACT_OHM, false);
    add_loads(feed, instant, sag);
    add_parts(feed, instant, sag);
}

static void solve(const struct scenario_bank *bank, double seconds, struct sag *sag)
{
    const double ohm = string_ohm(bank) / bank->parallel + bank->cable_mohm * 0.001;
    const double cells = bank->series * bank->cells;
    double slow_v = 0.0;

    for (int round = 0; round < ROUNDS; round++) {
        const double emf_v = cells * (sag_rest_v(bank, HALF) - slow_v);

        sag->network.stores[0] = (struct network_store){.conductance_s = 1.0 / ohm, .short_a = emf_v / ohm};
        network_solve(&sag->network, &sag->flow);
        sag->bank_a = (emf_v - sag->flow.node_v[0]) / ohm;

        const double step_v = HALF * (transfer_v(bank, sag->bank_a / bank->parallel, seconds) - slow_v);

        slow_v += step_v;
        if (fabs(step_v) < NEAR_V) {
            break;
        }
    }
    const double string_a = sag->bank_a / bank->parallel;

    sag->cells_v = cells * (string_a * r0_ohm(bank) + slow_v);
    sag->cell_mv = (sag_rest_v(bank, HALF) - sag->cells_v / cells) * 1000.0;
    sag->cable_v = sag->bank_a * bank->cable_mohm * 0.001;
    sag->boards_v = string_a * string_ohm(bank) - cells * string_a * r0_ohm(bank);
}

void sag_solve(const struct feed *feed, const struct use_instant *instant, double seconds, struct sag *sag)
{
    assert(feed->moment == FEED_WORKING);
    assert(seconds >= 0.0);
    build(feed, instant, sag);
    solve(&feed->described->bank, seconds, sag);
}
