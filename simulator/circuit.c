/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/circuit.h"

#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>

#include <ngspice/sharedspice.h>

#define SOURCES_MAX 128
#define VECTORS_MAX 128
#define NS_PER_S 1e9
#define STEP_S \
    5e-6 /* after a source has begun to move, at the most: ngspice makes of it what its errors ask for */
#define GROWTH 8.0 /* after a step that was cut short; ngspice itself has allowed for a factor of 2 */
#define WAY_STEPS 1000.0
#define SETTLES_S 10e-3 /* the outside, after a source has come to its end */
#define SETTLING_STEP_S 100e-6
#define REACHED_S 1e-9 /* a step as short as that is none */
#define FIRST_NS \
    1000u /* the first instant of which ngspice tells: it starts from nothing, not from an operating point */
#define AT_ONCE_NS 200u
#define FOREVER \
    "tran 10m 2e3 uic" /* the longest step, and an end that no run comes to; ngspice reserves memory for all of it */

/* Where a driven source is, and where it goes. */
struct source {
    const char *name; /* ngspice's, the same text at each call */
    double from;
    double to;
    double since_s;
    double over_s;
};

static struct {
    sem_t go;      /* ngspice may run */
    sem_t arrived; /* it has come to `until_s`, or has ended */
    bool ended;
    double time_s;
    double until_s;
    struct circuit_watch watch;
    double first_s;   /* the step after a source has been driven; 0: none has */
    double wanted_s;  /* the step that ngspice wanted before one was cut short */
    unsigned sources; /* how many */
    unsigned next;    /* the source that is asked for next, most likely */
    struct source source[SOURCES_MAX];
    int vectors;
    char *name[VECTORS_MAX];
    double volt[VECTORS_MAX];
    FILE *trace;
    circuit_notice notice;
    void *self;
} circuit;

/* ---- what ngspice calls --------------------------------------------------------------------------------------- */

static int say(char *text, int ident, void *self)
{
    (void)ident;
    (void)self;
    fprintf(stderr, "%s\n", text);
    return 0;
}

static int leave(int status, NG_BOOL at_once, NG_BOOL quit, int ident, void *self)
{
    (void)at_once;
    (void)quit;
    (void)ident;
    (void)self;
    fprintf(stderr, "error: ngspice wants to leave, status %d\n", status);
    exit(EXIT_FAILURE);
}

static struct source *find(const char *name)
{
    for (unsigned i = 0; i < circuit.sources; i++) {
        unsigned place = (circuit.next + i) % circuit.sources;
        if (circuit.source[place].name == name) {
            circuit.next = (place + 1) % circuit.sources;
            return &circuit.source[place];
        }
    }
    assert(circuit.sources < SOURCES_MAX);
    struct source *made = &circuit.source[circuit.sources++];
    *made = (struct source){.name = name, .since_s = -1.0, .over_s = 1.0};
    return made;
}

static double level(const struct source *source, double time_s)
{
    double part = (time_s - source->since_s) / source->over_s;
    return part <= 0.0   ? source->from
           : part >= 1.0 ? source->to
                         : source->from + (source->to - source->from) * part;
}

static int give_volt(double *volt, double time_s, char *name, int ident, void *self)
{
    (void)ident;
    (void)self;
    *volt = level(find(name), time_s);
    return 0;
}

static void name_vectors(const struct vecvaluesall *values)
{
    assert(values->veccount <= VECTORS_MAX);
    for (int i = 0; i < values->veccount; i++) {
        circuit.name[i] = strdup(values->vecsa[i]->name);
        if (circuit.trace != NULL) {
            fprintf(circuit.trace, "%s%c", circuit.name[i], i + 1 < values->veccount ? ' ' : '\n');
        }
    }
    circuit.vectors = values->veccount;
}

static int take_values(pvecvaluesall values, int count, int ident, void *self)
{
    (void)count;
    (void)ident;
    (void)self;
    if (circuit.vectors == 0) {
        name_vectors(values);
    }
    assert(values->veccount == circuit.vectors);
    for (int i = 0; i < circuit.vectors; i++) {
        circuit.volt[i] = values->vecsa[i]->creal;
    }
    if (circuit.trace != NULL) {
        fwrite(circuit.volt, sizeof circuit.volt[0], (size_t)circuit.vectors, circuit.trace);
    }
    if (circuit.notice != NULL) {
        circuit.notice(circuit.self);
    }
    return 0;
}

/* ngspice sends values to those alone who hear of this. */
static int begin_values(pvecinfoall information, int ident, void *self)
{
    (void)information;
    (void)ident;
    (void)self;
    return 0;
}

static bool is_out_of_range(void)
{
    int vector = circuit.watch.vector;
    return vector != CIRCUIT_NONE &&
           (circuit.volt[vector] < circuit.watch.low || circuit.volt[vector] > circuit.watch.high);
}

/* While a source is on its way, and for some time after, no step is long: a regulator that follows it would overshoot within one. */
static double longest_step(void)
{
    double step_s = HUGE_VAL;
    for (unsigned i = 0; i < circuit.sources; i++) {
        const struct source *source = &circuit.source[i];
        double on_way_s = circuit.time_s - source->since_s;
        double part_s = fmax(source->over_s / WAY_STEPS, STEP_S);
        if (on_way_s < source->over_s) {
            step_s = fmin(step_s, part_s);
        } else if (on_way_s < source->over_s + SETTLES_S && source->over_s > AT_ONCE_NS / NS_PER_S) {
            step_s = fmin(step_s, fmax(part_s, SETTLING_STEP_S));
        }
    }
    return step_s;
}

/*
 * Before a step of `*step_s` from `time_s`, which is solved. Location 0 is that place in ngspice; at the others it has rejected a step,
 * if it asks again, or accepted it.
 *
 * A step that is cut short to end at an instant makes ngspice begin small again. It is led back to what it wanted, by a
 * factor at a time: its first guess of a long step after a very short one is so far off that it never finds its way.
 */
static int choose_step(double time_s, double *step_s, double old_s, int again, int ident, int location,
                       void *self)
{
    (void)old_s;
    (void)ident;
    (void)self;
    if (again != 0) {
        circuit.wanted_s = 0.0;
    }
    if (location != 0 || again != 0) {
        return 0;
    }
    circuit.time_s = time_s;
    while (time_s >= circuit.until_s - REACHED_S || is_out_of_range()) {
        sem_post(&circuit.arrived);
        sem_wait(&circuit.go);
    }
    if (circuit.first_s > 0.0) {
        *step_s = circuit.first_s;
        circuit.wanted_s = 0.0;
    } else {
        *step_s = fmax(*step_s, fmin(circuit.wanted_s, *step_s * GROWTH));
    }
    *step_s = fmin(*step_s, longest_step());
    circuit.first_s = 0.0;
    circuit.wanted_s = fmax(*step_s, circuit.wanted_s);
    double left_s = circuit.until_s - time_s;
    if (*step_s > left_s * 0.99) {
        *step_s = left_s;
    } else if (*step_s > left_s / 2.0) {
        *step_s = left_s / 2.0; /* no short rest */
    }
    return 0;
}

static void *simulate(void *none)
{
    static char command[] = FOREVER;
    sem_wait(&circuit.go);
    ngSpice_Command(command);
    circuit.ended = true; /* no transient lasts so long: it has failed */
    sem_post(&circuit.arrived);
    return none;
}

/* ---- what is outside ------------------------------------------------------------------------------------------ */

bool circuit_open(const char *netlist, FILE *trace)
{
    char command[4096];
    pthread_t thread;
    int used = snprintf(command, sizeof command, "source %s", netlist);
    circuit.trace = trace;
    circuit.watch.vector = CIRCUIT_NONE;
    if (used < 0 || (size_t)used >= sizeof command || sem_init(&circuit.go, 0, 0) != 0 ||
        sem_init(&circuit.arrived, 0, 0) != 0) {
        return false;
    }
    if (ngSpice_Init(say, NULL, leave, take_values, begin_values, NULL, NULL) != 0 ||
        ngSpice_Init_Sync(give_volt, NULL, choose_step, NULL, NULL) != 0 || ngSpice_Command(command) != 0) {
        return false;
    }
    if (pthread_create(&thread, NULL, simulate, NULL) != 0) {
        return false;
    }
    return circuit_reach(FIRST_NS, circuit.watch) && circuit.vectors > 0;
}

void circuit_observe(circuit_notice notice, void *self)
{
    circuit.notice = notice;
    circuit.self = self;
}

/* ngspice names a source by the subcircuits that it is in, with dots between. */
int circuit_source(const char *name)
{
    for (unsigned i = 0; i < circuit.sources; i++) {
        const char *dot = strrchr(circuit.source[i].name, '.');
        if (strcmp(dot != NULL ? dot + 1 : circuit.source[i].name, name) == 0) {
            return (int)i;
        }
    }
    return CIRCUIT_NONE;
}

int circuit_vector(const char *name)
{
    for (int i = 0; i < circuit.vectors; i++) {
        if (strcmp(circuit.name[i], name) == 0) {
            return i;
        }
    }
    return CIRCUIT_NONE;
}

void circuit_drive(int source, double volt, uint64_t over_ns)
{
    assert(source >= 0 && (unsigned)source < circuit.sources);
    struct source *driven = &circuit.source[source];
    if (driven->to == volt && circuit.time_s >= driven->since_s + driven->over_s) {
        return;
    }
    driven->from = level(driven, circuit.time_s);
    driven->to = volt;
    driven->since_s = circuit.time_s;
    driven->over_s = (double)(over_ns > AT_ONCE_NS ? over_ns : AT_ONCE_NS) / NS_PER_S;
    /* what a contact does is sharper than what a pin does */
    double step_s = over_ns > AT_ONCE_NS && driven->over_s / 10.0 < STEP_S ? driven->over_s / 10.0 : STEP_S;
    circuit.first_s = circuit.first_s > 0.0 && circuit.first_s < step_s ? circuit.first_s : step_s;
}

bool circuit_is_still(void)
{
    for (unsigned i = 0; i < circuit.sources; i++) {
        const struct source *source = &circuit.source[i];
        if (source->over_s > AT_ONCE_NS / NS_PER_S && circuit.time_s < source->since_s + source->over_s) {
            return false;
        }
    }
    return true;
}

bool circuit_reach(uint64_t ns, struct circuit_watch watch)
{
    circuit.until_s = (double)ns / NS_PER_S;
    circuit.watch = watch;
    if (!circuit.ended) {
        sem_post(&circuit.go);
        sem_wait(&circuit.arrived);
    }
    return !circuit.ended;
}

uint64_t circuit_ns(void)
{
    return (uint64_t)(circuit.time_s * NS_PER_S + 0.5);
}

double circuit_volt(int vector)
{
    assert(vector >= 0 && vector < circuit.vectors);
    return circuit.volt[vector];
}
