/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds of consumers. ROW(ID, name) is the kind that twin/consumers/name.c describes as consumer_name
 * (twin/consumer.h); a new kind is that file and a row here.
 *
 * What they draw is added up in this order. The last bit of a sum depends on it, so a new row goes to the end.
 */
#ifndef TWIN_CONSUMER_KINDS_H
#define TWIN_CONSUMER_KINDS_H

#define CONSUMER_KINDS(ROW) \
    ROW(LOADS, loads) \
    ROW(BMS, bms) \
    ROW(LOAD_RELAY, load_relay) \
    ROW(PRE_ALARM_DEVICE, pre_alarm_device)

#define CONSUMER_ID(id, name) CONSUMER_##id,
enum { CONSUMER_KINDS(CONSUMER_ID) CONSUMER_KIND_COUNT };
#undef CONSUMER_ID

#endif
