/* SPDX-License-Identifier: Apache-2.0 */
/* The equipment of a run: what it sees, when it looks, and what of it is in the network. */
#include "twin/system_internal.h"

#include <assert.h>
#include <string.h>

#include "twin/consumer.h"
#include "twin/control_input.h"

/* ---- at the start --------------------------------------------------------------------------------- */

static void init_one(struct system_run *run, const struct scenario_equipment *entry)
{
    assert(run->equipment_count < SYSTEM_EQUIPMENT_MAX);
    run->equipment[run->equipment_count++] = (struct system_equipment){
        .entry = entry,
        .kind = equipment_kinds[entry->kind],
        .state = {.timer_tick = EQUIPMENT_NEVER},
        .places = {-1, -1, -1},
    };
}

void system_equipment_init(struct system_run *run)
{
    const struct scenario *described = run->described;

    if (described->solar.panel_w > 0.0) {
        run->solar = (struct scenario_equipment){.kind = EQUIPMENT_SOLAR_CHARGER, .control = CONTROL_CHARGER};
        equipment_set(&run->solar, &described->solar, sizeof described->solar);
        init_one(run, &run->solar);
    }
    for (int i = 0; i < described->equipment_count; i++) {
        init_one(run, &described->equipment[i]);
    }
}

void system_equipment_weather(struct system_run *run, int64_t slot)
{
    for (int i = 0; i < run->equipment_count; i++) {
        struct system_equipment *one = &run->equipment[i];

        if (one->kind->weather != NULL) {
            one->kind->weather(one->entry, run->described, slot, &one->state);
        }
    }
}

void system_equipment_happen(struct system_run *run, const struct scenario_event *event)
{
    struct system_equipment *one =
        &run->equipment[run->equipment_count - run->described->equipment_count + event->equipment];
    const int fault = event->what == EVENT_EQUIPMENT_FAULT ? event->value : 0;

    if (fault == EQUIPMENT_FUSE_BLOWN || one->fault == EQUIPMENT_FUSE_BLOWN) {
        one->state = (struct equipment_state){.timer_tick = EQUIPMENT_NEVER, .phase_tick = run->tick};
    }
    run->equipment_tick = run->tick - 1; /* another state, another time to look */
    one->fault = fault;
    one->is_mended = event->what == EVENT_EQUIPMENT_MENDED;
}

/* ---- in the network ------------------------------------------------------------------------------- */

static double outlet_w(const struct system_run *run, int i)
{
    const struct system_equipment *one = &run->equipment[i];

    return one->kind->is_live != NULL ? run->outlet_w[one->entry - run->described->equipment] : 0.0;
}

/* Lets `is_so` spread along links: against their direction if `backwards`, and either way through plain ones. */
static void spread(const struct network *network, bool backwards, bool *is_so)
{
    for (bool has_spread = true; has_spread;) {
        has_spread = false;
        for (int i = 0; i < network->link_count; i++) {
            const struct network_link *link = &network->links[i];
            const int first = backwards ? link->to : link->from;
            const int last = backwards ? link->from : link->to;
            const bool goes_back = !link->is_one_way && is_so[last] && !is_so[first];

            if ((is_so[first] && !is_so[last]) || goes_back) {
                is_so[first] = true;
                is_so[last] = true;
                has_spread = true;
            }
        }
    }
}

/* Sources that get their power from elsewhere feed their node at once, converters if their input is fed. */
static bool feed_by_sources(const struct network *network, bool *is_fed)
{
    bool has_fed = false;

    for (int i = 0; i < network->source_count; i++) {
        const struct network_source *source = &network->sources[i];
        const bool gives =
            source->power_w > 0.0 && (!source->has_input || is_fed[network->loads[source->input].node]);

        if (gives && !is_fed[source->node]) {
            is_fed[source->node] = true;
            has_fed = true;
        }
    }
    return has_fed;
}

/* Lets what is fed feed others, through contacts and converters. */
static void spread_feeding(const struct network *network, bool *is_fed)
{
    spread(network, false, is_fed);
    while (feed_by_sources(network, is_fed)) {
        spread(network, false, is_fed);
    }
}

static void find_fed(struct system_run *run, const struct network *network)
{
    for (int n = 0; n < NETWORK_NODES_MAX; n++) {
        const bool has_battery =
            n == 0 || (n <= run->described->bus_count && run->described->buses[n - 1].has_battery);

        run->node_is_fed[n] = has_battery;
        run->node_is_backed[n] = has_battery;
        run->node_has_source[n] = false;
    }
    spread(network, true, run->node_is_backed);
    spread_feeding(network, run->node_is_fed);
    spread_feeding(network, run->node_has_source);
}

/* What a source gives while a battery takes it, for those which mind when it is cut off. */
static void note_backed(const struct system_run *run, struct system_equipment *one)
{
    if (one->places.source >= 0 && run->node_is_backed[one->entry->to]) {
        one->backed_a = run->flow->source_a[one->places.source];
    }
}

/* What it takes from the output that controls it. */
static double output_a(const struct system_run *run, const struct system_equipment *one)
{
    return one->kind->output_a != NULL && control_output_is_high(one->entry, &run->outputs)
               ? one->kind->output_a(one->entry, &one->state, run->tick)
               : 0.0;
}

/* What its electronics take from their bus, and what it takes from an output, which the device passes on from its own. */
static void add_draw(struct system_run *run, const struct system_equipment *one)
{
    if (one->kind->draw_a != NULL && one->fault != EQUIPMENT_FUSE_BLOWN) {
        run->equipment_a[one->entry->from] += one->kind->draw_a(one->entry, &one->state);
    }
    run->equipment_a[0] += output_a(run, one);
}

void system_equipment_add(struct system_run *run, struct network *network)
{
    for (int n = 0; n < NETWORK_NODES_MAX; n++) {
        run->equipment_a[n] = 0.0;
    }
    for (int i = 0; i < run->equipment_count; i++) {
        struct system_equipment *one = &run->equipment[i];
        struct equipment_parts parts = {
            .network = network,
            .places = &one->places,
            .from_node = one->entry->from,
            .to_node = one->entry->to,
            .outlet_w = outlet_w(run, i),
        };

        note_backed(run, one);
        one->places = (struct equipment_places){-1, -1, -1};
        if (one->kind->add != NULL && one->fault != EQUIPMENT_FUSE_BLOWN) {
            one->kind->add(one->entry, &one->state, &parts);
        }
        add_draw(run, one);
    }
    find_fed(run, network);
}

static bool is_dead(const struct system_run *run, int node)
{
    return node <= run->described->bus_count && !run->node_is_fed[node];
}

static void end_loads(const struct system_run *run, struct network *network)
{
    for (int i = 0; i < network->load_count; i++) {
        struct network_load *load = &network->loads[i];

        if (is_dead(run, load->node)) {
            load->power_w = 0.0;
            load->current_a = 0.0;
            load->is_resistance = true; /* it takes nothing, and is not low */
        }
    }
}

void system_equipment_end(const struct system_run *run, struct network *network)
{
    end_loads(run, network);
    for (int i = 0; i < network->source_count; i++) {
        struct network_source *source = &network->sources[i];

        if (source->has_input && is_dead(run, network->loads[source->input].node)) {
            source->power_w = 0.0;
        }
    }
}

double system_equipment_heat_w(const struct system_run *run)
{
    double sum_w = 0.0;

    for (int i = 0; i < run->equipment_count; i++) {
        const int place = run->equipment[i].places.load;

        if (run->equipment[i].kind->heats_bank && place >= 0) {
            sum_w += run->flow->load_v[place] * run->flow->load_a[place];
        }
    }
    return sum_w;
}

/* What all equipment takes from the output that is `control`. */
static double sum_output_a(const struct system_run *run, enum scenario_control control)
{
    double sum_a = 0.0;

    for (int i = 0; i < run->equipment_count; i++) {
        const struct system_equipment *one = &run->equipment[i];

        sum_a += one->entry->control == control ? output_a(run, one) : 0.0;
    }
    return sum_a;
}

double system_load_output_a(const struct system_run *run)
{
    return consumers_output_a(run, FEED_LOAD_OUTPUT) + sum_output_a(run, CONTROL_LOAD);
}

double system_prealarm_output_a(const struct system_run *run)
{
    return consumers_output_a(run, FEED_PRE_ALARM_OUTPUT) + sum_output_a(run, CONTROL_PRE_ALARM);
}

bool system_outlet_is_live(const struct system_run *run, int index)
{
    const struct system_equipment *one =
        &run->equipment[run->equipment_count - run->described->equipment_count + index];

    return one->fault != EQUIPMENT_FUSE_BLOWN && one->kind->is_live(&one->state);
}

/* ---- totals --------------------------------------------------------------------------------------- */

static void add_flow(struct equipment_totals *totals, const struct system_equipment *one,
                     const struct network_flow *flow, double seconds)
{
    const struct equipment_places *places = &one->places;

    if (places->source >= 0) {
        totals->given_j += flow->source_v[places->source] * flow->source_a[places->source] * seconds;
    }
    if (places->load >= 0) {
        totals->taken_j += flow->load_v[places->load] * flow->load_a[places->load] * seconds;
    }
    if (places->link >= 0 && flow->link_a[places->link] >= 0.0) {
        totals->taken_j += flow->node_v[one->entry->from] * flow->link_a[places->link] * seconds;
        totals->given_j += flow->node_v[one->entry->to] * flow->link_a[places->link] * seconds;
    } else if (places->link >= 0) {
        totals->back_j -= flow->node_v[one->entry->from] * flow->link_a[places->link] * seconds;
    }
}

void system_equipment_add_step(struct system_run *run, double seconds)
{
    for (int i = 0; i < run->equipment_count; i++) {
        add_flow(&run->totals.equipment[i], &run->equipment[i], run->flow, 0.5 * seconds);
        add_flow(&run->totals.equipment[i], &run->equipment[i], run->flow_end, 0.5 * seconds);
    }
}

/* ---- looking -------------------------------------------------------------------------------------- */

/* At the end of the step that was tried, where `flow` is that; else now. */
static double coldest_c(const struct system_run *run, const struct network_flow *flow)
{
    const struct bank_state *state = bank_state_at(&run->bank, flow == run->flow_end);
    double coldest = state->temp_c[0];

    for (int i = 1; i < run->bank.cell_count; i++) {
        coldest = state->temp_c[i] < coldest ? state->temp_c[i] : coldest;
    }
    return coldest;
}

/* Each field by itself: to clear the whole and copy it takes longer than all else here, and it is asked in every step. */
static void see(const struct system_run *run, int i, const struct network_flow *flow, int64_t tick,
                struct equipment_seen *seen)
{
    const struct system_equipment *one = &run->equipment[i];
    const struct equipment_places places = one->places;

    seen->tick = tick;
    seen->first_weekday = run->described->first_weekday;
    seen->from_v = flow->node_v[one->entry->from];
    seen->to_v = flow->node_v[one->entry->to];
    seen->link_a = places.link >= 0 ? flow->link_a[places.link] : 0.0;
    seen->source_a = places.source >= 0 ? flow->source_a[places.source] : 0.0;
    seen->source_v = places.source >= 0 ? flow->source_v[places.source] : 0.0;
    seen->limit = places.source >= 0 ? flow->source_limit[places.source] : NETWORK_OFF;
    seen->load_a = places.load >= 0 ? flow->load_a[places.load] : 0.0;
    seen->load_v = places.load >= 0 ? flow->load_v[places.load] : 0.0;
    seen->is_low = places.load >= 0 && flow->load_is_low[places.load];
    seen->outlet_w = outlet_w(run, i);
    seen->output_v = control_output_v(one->entry, &run->outputs, flow->node_v[0]);
    seen->is_enabled = control_input_is_on_at(one->entry, seen->output_v);
    seen->is_backed = run->node_is_backed[one->entry->to];
    seen->backed_a = one->backed_a;
    seen->has_source = run->node_has_source[one->entry->from];
    seen->may_charge = run->outputs.charger;
    seen->cell_temp_c = one->kind->heats_bank ? coldest_c(run, flow) : 0.0;
    seen->fault = one->fault;
    seen->is_mended = one->is_mended;
}

static struct equipment_state looked(const struct system_equipment *one, const struct equipment_seen *seen)
{
    return one->fault == EQUIPMENT_FUSE_BLOWN ? one->state : one->kind->look(one->entry, &one->state, seen);
}

/* What time alone brings about at a tick that was named is not looked for: the step ends there because of it. */
bool system_equipment_would_look(const struct system_run *run, const struct network_flow *flow,
                                 int64_t end_tick)
{
    const int64_t tick = end_tick < run->equipment_tick ? end_tick : end_tick - 1;

    for (int i = 0; i < run->equipment_count; i++) {
        struct equipment_seen seen;
        struct equipment_state next;

        see(run, i, flow, tick, &seen);
        next = looked(&run->equipment[i], &seen);

        if (!equipment_same(&next, &run->equipment[i].state)) {
            return true;
        }
    }
    return false;
}

static int64_t next_look(const struct system_run *run)
{
    int64_t next = INT64_MAX;

    for (int i = 0; i < run->equipment_count; i++) {
        const struct system_equipment *one = &run->equipment[i];

        if (one->kind->next_tick != NULL) {
            const int64_t tick =
                one->kind->next_tick(one->entry, &one->state, run->described->first_weekday, run->tick);

            next = tick > run->tick && tick < next ? tick : next;
        }
    }
    return next;
}

/* Tells of the phase that number `i` is about to be in, unless its words are those of the one before. */
static void tell_phase(struct system_run *run, int i, const struct equipment_state *next,
                       const struct equipment_seen *seen)
{
    const struct system_equipment *one = &run->equipment[i];
    const struct equipment_kind *kind = one->kind;

    if (next->phase == one->state.phase ||
        strcmp(kind->phases[next->phase], kind->phases[one->state.phase]) == 0) {
        return;
    }
    run->totals.equipment[i].changes++;
    system_tell(run,
                (struct system_edge){
                    .kind = kind->has_stages ? EDGE_STAGE : EDGE_EQUIPMENT,
                    .on = next->phase != 0,
                    .value = i,
                    .phase = next->phase,
                    .amount = kind->amount == NULL ? 0.0 : kind->amount(one->entry, &one->state, next, seen),
                });
}

void system_equipment_look(struct system_run *run)
{
    bool has_changed = false;

    for (int i = 0; i < run->equipment_count; i++) {
        struct system_equipment *one = &run->equipment[i];
        struct equipment_seen seen;
        struct equipment_state next;

        see(run, i, run->flow, run->tick, &seen);
        next = looked(one, &seen);
        tell_phase(run, i, &next, &seen);
        if (one->kind->counts_makes && next.count > one->state.count) {
            run->totals.equipment[i].makes += next.count - one->state.count;
        }
        run->moved = run->moved || next.phase != one->state.phase || next.level != one->state.level;
        has_changed = has_changed || !equipment_same(&next, &one->state);
        one->state = next;
        one->is_mended = false;
    }
    if (has_changed || run->tick >= run->equipment_tick) { /* what it names follows from its state */
        run->equipment_tick = next_look(run);
    }
}
