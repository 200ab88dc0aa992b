// SPDX-License-Identifier: MIT
#pragma once

#include "admin/local/operatorgate.h"
#include "app/gatewayconfig.h"
#include "base/bytebudget.h"
#include "base/eventlog.h"
#include "session/mesh/documentbridge.h"
#include "session/mesh/retainedmessages.h"
#include "session/mesh/ssmabridge.h"
#include "session/sharedata/profile.h"
#include "session/sharedata/tokengate.h"
#include "session/ssma/profile.h"
#include "transport/linklimits.h"

#ifdef TIDEGATE_WITH_HTTP_API
#include "http/httpapiconfig.h"
#endif

// From the configuration to what each folder wants to be told. Pure.

namespace Tidegate::Wiring {

LinkLimits linkLimits(const GatewayConfig &config);
BudgetPool::Config budgets(const GatewayConfig &config);
Ssma::Profile profile(const GatewayConfig &config);
std::shared_ptr<const ShareData::Profile> shareDataProfile(const GatewayConfig &config);
//! \p sessions is borrowed.
std::shared_ptr<const ShareData::TokenGate>
shareDataTokens(const GatewayConfig &config, std::shared_ptr<const IssuerKeys> issuers, const Authenticator &sessions);
Mesh::SsmaBridge::Rules bridgeRules(const GatewayConfig &config);
Mesh::DocumentBridge::Rules documentBridgeRules(const GatewayConfig &config);
Mesh::RetainedMessages::Config retention(const GatewayConfig &config);
EventLog::Config eventLog(const GatewayConfig &config);
Admin::OperatorRoles operatorRoles(const GatewayConfig &config);
#ifdef TIDEGATE_WITH_HTTP_API
HttpApiConfig httpApi(const GatewayConfig &config);
#endif
//! 0 = cores - 1, at least 1.
int ioThreadCount(const GatewayConfig &config);

} // namespace Tidegate::Wiring
