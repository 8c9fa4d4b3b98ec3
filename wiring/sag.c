/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring/sag.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "twin/cell.h"
#include "twin/real.h"

#define HALF 0.5                                           /* of the way to where a round leads */
#define CONTACT_OHM 0.001                                  /* the relay that Load drives (docs/MODELS.md) */
#define TRANSFER_V_PER_K (2.0 * 8.314462618 / 96485.33212) /* 2 R / F */
#define ZERO_C_K 273.15
#define LOWEST_PART 0.75 /* of its cut-out: so far down what has one is a power */
#define AMPLE 2.0        /* its power does not limit a converter */
#define ASKED 20.0       /* more than so many times its current is asked of no converter */
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

static double r0_ohm(const struct scenario_bank *bank, double temp_c)
{
    const struct cell_model *model = cell_model_of(bank);
    const struct cell_activated *r0 = model->r0_ohm_ah;
    const double second_c = fmax(temp_c, model->r0_cold_c);

    return (r0[0].at_25 * cell_arrhenius(r0[0].j_per_mol, temp_c) +
            r0[1].at_25 * cell_arrhenius(r0[1].j_per_mol, second_c)) /
           bank->capacity_ah;
}

/* What a cell's charge transfer takes of its voltage, some seconds after `string_a` has begun to flow out of it. */
static double transfer_v(const struct scenario_bank *bank, double string_a, const struct sag_state *state)
{
    const struct cell_model *model = cell_model_of(bank);
    const double exchange_a =
        model->exchange_per_h * bank->capacity_ah / cell_arrhenius(model->exchange_j_per_mol, state->temp_c);

    return TRANSFER_V_PER_K * (state->temp_c + ZERO_C_K) * real_asinh(string_a / (2.0 * exchange_a)) *
           (1.0 - real_exp(-state->seconds / model->tau1_s));
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
        const double inrush = instant->inrush[i];

        sag->load_place[i] = -1;
        if (instant->is_on[i] && load->outlet <= SCENARIO_BUSES_MAX) {
            sag->load_place[i] = add_load(
                &sag->network,
                (struct network_load){
                    .node = node_of(described, load),
                    .power_w = use_power_w(load) * inrush,
                    .current_a = (is_resistance ? 1.0 / load->resistance_ohm : load->current_a) * inrush,
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
            sum_w += use_power_w(&described->loads[k]) * instant->inrush[k];
        }
    }
    return sum_w;
}

/* What an inverter gives of what its outlet asks for. */
static double outlet_given_w(const struct feed *feed, const struct use_instant *instant, int i)
{
    const double for_ever_w = feed_outlet_w_max(feed, i);

    return fmin(sag_outlet_w(feed, instant, i),
                instant->is_brief ? fmax(for_ever_w, feed->parts.parts[i].facts.trip_w_max) : for_ever_w);
}

/* An inverter, a converter or a heater: what it takes. */
static void add_user(const struct feed *feed, const struct use_instant *instant, int i, bool gives_all,
                     struct sag *sag)
{
    const double ample = gives_all ? ASKED : 1.0;
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
        load.power_w += outlet_given_w(feed, instant, i) / facts->efficiency;
    }
    sag->part_place[i] = add_load(&sag->network, load);
    if (facts->charges) {
        const double to_v = facts->to_mv_max * 0.001;

        assert(sag->network.source_count < NETWORK_SOURCES_MAX);
        sag->source_place[i] = sag->network.source_count;
        sag->network.sources[sag->network.source_count++] =
            (struct network_source){.node = entry->to,
                                    .power_w = AMPLE * ample * to_v * facts->to_a_max,
                                    .current_a_max = ample * facts->to_a_max,
                                    .voltage_v_max = to_v,
                                    .cable_ohm = facts->to_cable_ohm,
                                    .has_input = true,
                                    .input = sag->part_place[i],
                                    .efficiency = facts->efficiency};
    }
}

static void add_parts(const struct feed *feed, const struct use_instant *instant, bool gives_all,
                      struct sag *sag)
{
    for (int i = 0; i < feed->parts.count; i++) {
        const struct scenario_equipment *entry = &feed->parts.parts[i].entry;
        const struct equipment_facts *facts = &feed->parts.parts[i].facts;

        sag->part_place[i] = -1;
        sag->link_place[i] = -1;
        sag->source_place[i] = -1;
        if (!feed->works[i] || facts->is_source || facts->needs_charged_input || facts->needs_source) {
            continue;
        }
        if (facts->is_contact) {
            sag->link_place[i] =
                add_link(&sag->network, entry->from, entry->to, facts->contact_ohm, !facts->joins_both_ways);
        } else if (feed->is_fed[entry->from]) {
            add_user(feed, instant, i, gives_all, sag);
        }
    }
}

static double board_ohm(const struct scenario_bank *bank)
{
    return bank->board_mohm_ah * 0.001 / bank->capacity_ah;
}

static void build(const struct feed *feed, const struct use_instant *instant, bool gives_all, struct sag *sag)
{
    const struct scenario *described = feed->described;

    assert(feed->moment == FEED_WORKING);
    memset(sag, 0, sizeof *sag);
    sag->network.node_count = 2 + described->bus_count;
    add_link(&sag->network, 0, 1 + described->bus_count, CONTACT_OHM, false);
    add_loads(feed, instant, sag);
    add_parts(feed, instant, gives_all, sag);
}

/* With a bank of `emf_v` behind `ohm`, its cable with it. */
static void solve_with(const struct scenario_bank *bank, double emf_v, double ohm, struct sag *sag)
{
    sag->network.stores[0] = (struct network_store){.conductance_s = 1.0 / ohm, .short_a = emf_v / ohm};
    network_solve(&sag->network, &sag->flow);
    sag->bank_a = (emf_v - sag->flow.node_v[0]) / ohm;
    sag->cable_v = sag->bank_a * bank->cable_mohm * 0.001;
    sag->boards_v = sag->bank_a / bank->parallel * bank->series * board_ohm(bank);
}

const struct sag_state sag_usual = {.z = 0.5, .temp_c = 25.0};

void sag_solve(const struct feed *feed, const struct use_instant *instant, const struct sag_state *state,
               struct sag *sag)
{
    const struct scenario_bank *bank = &feed->described->bank;
    const double cells = bank->series * bank->cells;
    const double rest_v = sag_rest_v(bank, state->z);
    const double fast_ohm = r0_ohm(bank, state->temp_c);
    const double ohm =
        (cells * fast_ohm + bank->series * board_ohm(bank)) / bank->parallel + bank->cable_mohm * 0.001;
    double slow_v = 0.0;

    assert(state->seconds >= 0.0);
    build(feed, instant, state->converters_give, sag);
    for (int round = 0; round < ROUNDS; round++) {
        solve_with(bank, cells * (rest_v - slow_v), ohm, sag);

        const double step_v = HALF * (transfer_v(bank, sag->bank_a / bank->parallel, state) - slow_v);

        slow_v += step_v;
        if (fabs(step_v) < NEAR_V) {
            break;
        }
    }
    sag->cells_v = cells * (sag->bank_a / bank->parallel * fast_ohm + slow_v);
    sag->cell_mv = (rest_v - sag->cells_v / cells) * 1000.0;
}

/* The state of charge at which a cell rests at `rest_v`; 0 below all of them, 1 above. */
static double z_of(const struct scenario_bank *bank, double rest_v)
{
    double low_z = 0.0;
    double high_z = 1.0;

    if (rest_v >= sag_rest_v(bank, high_z)) {
        return high_z;
    }
    for (int i = 0; i < ROUNDS; i++) {
        const double z = 0.5 * (low_z + high_z);

        if (sag_rest_v(bank, z) < rest_v) {
            low_z = z;
        } else {
            high_z = z;
        }
    }
    return low_z;
}

void sag_solve_at(const struct feed *feed, const struct use_instant *instant, double cell_mv,
                  struct sag_state *state, struct sag *sag)
{
    const struct scenario_bank *bank = &feed->described->bank;
    const double cells = bank->series * bank->cells;
    const double ohm = bank->series * board_ohm(bank) / bank->parallel + bank->cable_mohm * 0.001;

    assert(cell_mv > 0.0 && state->seconds >= 0.0);
    build(feed, instant, state->converters_give, sag);
    solve_with(bank, cells * cell_mv * 0.001, ohm, sag);

    const double string_a = sag->bank_a / bank->parallel;

    sag->cells_v = cells * (string_a * r0_ohm(bank, state->temp_c) + transfer_v(bank, string_a, state));
    sag->cell_mv = cell_mv;
    state->z = z_of(bank, cell_mv * 0.001 + sag->cells_v / cells);
}
