/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cells that come with the project. Where each number comes from, and how far each cell is from what was
 * measured: docs/MODELS.md.
 */
#include "twin/cell.h"

const struct cell_model cell_models[CELL_KIND_COUNT] = {
    /* Large prismatic cells: a measured curve, and resistances of published and measured banks. */
    [CELL_PRISMATIC] =
        {
            .name = "prismatic",
            .evidence = "no measured run of a large prismatic cell",
            .is_validated = false,
            .temp_c_min = -20.0, /* the maker's sheet */
            .temp_c_max = 50.0,
            .discharge_c_max = 1.0,
            .charge_c_max = 0.5,
            .ocv_v = {{-0.05, -0.3000}, {-0.012, 0.0000}, {0, 2.1467},     {0.001, 2.4304}, {0.002, 2.5557},
                      {0.003, 2.6216},  {0.005, 2.6978},  {0.007, 2.7527}, {0.009, 2.7997}, {0.012, 2.8602},
                      {0.016, 2.9256},  {0.021, 2.9883},  {0.028, 3.0499}, {0.037, 3.0995}, {0.05, 3.1459},
                      {0.07, 3.1824},   {0.09, 3.2041},   {0.115, 3.2105}, {0.14, 3.2178},  {0.17, 3.2311},
                      {0.2, 3.2492},    {0.23, 3.2670},   {0.26, 3.2801},  {0.3, 3.2894},   {0.36, 3.2948},
                      {0.42, 3.2973},   {0.5, 3.2999},    {0.56, 3.3018},  {0.6, 3.3044},   {0.62, 3.3104},
                      {0.64, 3.3234},   {0.66, 3.3328},   {0.69, 3.3364},  {0.74, 3.3381},  {0.8, 3.3400},
                      {0.88, 3.3424},   {0.93, 3.3440},   {0.96, 3.3449},  {0.98, 3.3459},  {0.985, 3.3478},
                      {0.99, 3.3566},   {0.993, 3.3749},  {0.996, 3.4237}, {0.998, 3.4960}, {1, 3.6355}},
            .ocv_count = 45,
            .hysteresis_v = {{0, 0.012},
                             {0.1, 0.018},
                             {0.2, 0.025},
                             {0.3, 0.029},
                             {0.4, 0.024},
                             {0.5, 0.020},
                             {0.6, 0.017},
                             {0.7, 0.015},
                             {0.8, 0.014},
                             {0.9, 0.016},
                             {1, 0.016}},
            .hysteresis_count = 11,
            .r0_ohm_ah = {{0.050, 18000.0}, {0.0, 0.0}},
            .r0_cold_c = -15.0,
            .exchange_per_h = 0.171, /* 0.150 V of each C-rate where that is low */
            .exchange_j_per_mol = 45000.0,
            .tau1_s = 70.0,
            .r2_ohm_ah = {0.0, 0.0},
            .tau2_s = 2000.0,
            .diffusion_h = {{0.17, 38000.0}, {0.0, 0.0}},
            .diffusion_tau_s = {4500.0, 4500.0},
            .hysteresis_gamma = 50.0,
        },
    /* A 2.05 Ah 26650 cell, fitted to the runs of tests/cells/. */
    [CELL_A123] =
        {
            .name = "a123",
            .evidence = "drive cycles from -15 to 45 degC and slow runs of one A123 26650 cell",
            .is_validated = true,
            .temp_c_min = -15.0,
            .temp_c_max = 45.0,
            .discharge_c_max = 5.0,
            .charge_c_max = 4.1,
            .ocv_v = {{-0.05, -0.3000}, {-0.018, 0.0000}, {-0.012, 0.5933}, {-0.006, 1.1933}, {0, 2.3993},
                      {0.004, 2.6089},  {0.008, 2.6910},  {0.012, 2.7535},  {0.018, 2.8273},  {0.025, 2.8916},
                      {0.033, 2.9458},  {0.043, 3.0036},  {0.055, 3.0560},  {0.07, 3.1082},   {0.09, 3.1612},
                      {0.115, 3.2027},  {0.15, 3.2171},   {0.19, 3.2382},   {0.23, 3.2533},   {0.27, 3.2654},
                      {0.31, 3.2748},   {0.36, 3.2866},   {0.42, 3.2988},   {0.48, 3.3025},   {0.54, 3.3056},
                      {0.6, 3.3104},    {0.645, 3.3145},  {0.68, 3.3180},   {0.71, 3.3217},   {0.74, 3.3267},
                      {0.78, 3.3325},   {0.83, 3.3356},   {0.88, 3.3398},   {0.92, 3.3523},   {0.95, 3.3655},
                      {0.97, 3.3970},   {0.982, 3.4377},  {0.99, 3.4862},   {0.995, 3.5270},  {1, 3.5511},
                      {1.005, 3.7061}},
            .ocv_count = 41,
            .hysteresis_v = {{0, 0.0400},
                             {0.03, 0.0211},
                             {0.07, 0.0152},
                             {0.12, 0.0208},
                             {0.2, 0.0183},
                             {0.3, 0.0192},
                             {0.4, 0.0129},
                             {0.5, 0.0106},
                             {0.6, 0.0094},
                             {0.7, 0.0087},
                             {0.8, 0.0102},
                             {0.9, 0.0067},
                             {0.96, 0.0154},
                             {1, 0.0300}},
            .hysteresis_count = 14,
            .r0_ohm_ah = {{0.02325, 17210.0}, {0.0002328, 90000.0}},
            .r0_cold_c = -15.0,
            .exchange_per_h = 1.141,
            .exchange_j_per_mol = 50540.0,
            .tau1_s = 83.98,
            .r2_ohm_ah = {0.2550, 12900.0},
            .tau2_s = 30000.0,
            .diffusion_h = {{0.06329, 0.0}, {0.2022, 20980.0}},
            .diffusion_tau_s = {4140.0, 150000.0},
            .hysteresis_gamma = 200.0,
        },
};

const struct cell_model *cell_model_of(const struct scenario_bank *bank)
{
    return bank->own_cell.ocv_count > 0 ? &bank->own_cell : &cell_models[bank->cell];
}
