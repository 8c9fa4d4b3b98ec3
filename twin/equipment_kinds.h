/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds of equipment. ROW(ID, name) is the kind that twin/equipment/name.c describes as equipment_name
 * (twin/equipment.h); a new kind is that file and a row here.
 */
#ifndef TWIN_EQUIPMENT_KINDS_H
#define TWIN_EQUIPMENT_KINDS_H

#define EQUIPMENT_KINDS(ROW) \
    ROW(SOLAR_CHARGER, solar_charger) \
    ROW(BATTERY_PROTECT, battery_protect) \
    ROW(CHARGER, charger) \
    ROW(GENERATOR, generator) \
    ROW(RELAY, relay) \
    ROW(CYRIX_LI_LOAD, cyrix_li_load) \
    ROW(CYRIX_LI_CT, cyrix_li_ct) \
    ROW(CYRIX_LI_CHARGE, cyrix_li_charge) \
    ROW(ALTERNATOR, alternator) \
    ROW(DC_DC_CONVERTER, dc_dc_converter) \
    ROW(DC_DC_CHARGER, dc_dc_charger) \
    ROW(INVERTER, inverter) \
    ROW(HEATER, heater)

#define EQUIPMENT_ID(id, name) EQUIPMENT_##id,
enum equipment_id { EQUIPMENT_KINDS(EQUIPMENT_ID) EQUIPMENT_KIND_COUNT };
#undef EQUIPMENT_ID

#endif
