/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/remote.h"

#include <assert.h>

struct remote_voltages remote_terminals(const struct scenario_remote *remote, bool closed, int32_t vbat_mv)
{
    struct remote_voltages at = {.l_mv = (int32_t)REMOTE_BIAS_MV, .h_mv = 0};
    const double contact_kohm = remote->contact_kohm;

    assert(contact_kohm >= 0.0);
    if (!closed) {
        return at;
    }
    if (remote->wiring == WIRING_JOINED) {
        const double current_ma = REMOTE_BIAS_MV / (2.0 * REMOTE_PULL_KOHM + contact_kohm) * 0.001;

        at.h_mv = (int32_t)(current_ma * REMOTE_PULL_KOHM * 1000.0);
        at.l_mv = (int32_t)(REMOTE_BIAS_MV - current_ma * REMOTE_PULL_KOHM * 1000.0);
    } else if (remote->wiring == WIRING_L_TO_MINUS) {
        at.l_mv = (int32_t)(REMOTE_BIAS_MV * contact_kohm / (REMOTE_PULL_KOHM + contact_kohm));
    } else {
        at.h_mv = (int32_t)(vbat_mv * REMOTE_PULL_KOHM / (REMOTE_PULL_KOHM + contact_kohm));
    }
    return at;
}
