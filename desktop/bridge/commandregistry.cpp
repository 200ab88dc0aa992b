// SPDX-License-Identifier: MIT
#include "desktop/bridge/commandregistry.h"

#include "base/guardedcall.h"

#include <algorithm>

namespace Tidegate::Desktop {

void CommandRegistry::add(const QString &name, Handler handler)
{
    addAsync(name, [handler = std::move(handler)](const CommandCall &call, const Responder<QJsonValue> &respond) {
        respond(handler(call));
    });
}

void CommandRegistry::addAsync(const QString &name, AsyncHandler handler)
{
    m_handlers.insert(name, std::move(handler));
}

QStringList CommandRegistry::names() const
{
    QStringList names = m_handlers.keys();
    std::sort(names.begin(), names.end());
    return names;
}

void CommandRegistry::run(const CommandCall &call, const Responder<QJsonValue> &respond) const
{
    const AsyncHandler handler = m_handlers.value(call.command);
    if (!handler) {
        respond(Error{ErrorCode::NotFound, QStringLiteral("there is no command \"%1\"").arg(call.command)});
        return;
    }
    const Result<void> ran = guardedCall<void>("command", [&]() -> Result<void> {
        handler(call, respond);
        return {};
    });
    if (!ran)
        respond(ran.error());
}

} // namespace Tidegate::Desktop
