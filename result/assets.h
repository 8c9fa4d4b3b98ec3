/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of the pages, embedded in the program so that it needs no file beside it.
 *
 * Each is a text followed by one NUL byte; its size is that without the NUL. result/assets.cmake makes the
 * definitions at build time.
 */
#ifndef RESULT_ASSETS_H
#define RESULT_ASSETS_H

#include <stddef.h>

/* uPlot, the plotting library (MIT licence): its script, for a <script> element. */
extern const char asset_uplot_js[];
extern const size_t asset_uplot_js_size;

/* uPlot's style sheet, for a <style> element. */
extern const char asset_uplot_css[];
extern const size_t asset_uplot_css_size;

/* web/report/report.html, the page with placeholders where the two above and the run's data go. */
extern const char asset_report_html[];
extern const size_t asset_report_html_size;

/* web/fit/fit.html, likewise: the page of a fit. */
extern const char asset_fit_html[];
extern const size_t asset_fit_html_size;

#endif
