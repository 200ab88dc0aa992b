// SPDX-License-Identifier: MIT
#pragma once

#include "base/responder.h"

#include <QHash>
#include <QJsonValue>
#include <QStringList>

#include <functional>

namespace Tidegate::Desktop {

//! A page's wish, after the capabilities have let it through.
struct CommandCall
{
    QString window;
    QString command;
    QJsonValue args; //!< what the page gave, unchecked; null if nothing
};

//! The commands pages can invoke, by name. Filled by the application before its first window; GUI thread.
class CommandRegistry
{
public:
    //! Answers at once. An exception becomes ErrorCode::Internal.
    using Handler = std::function<Result<QJsonValue>(const CommandCall &call)>;
    //! Answers through the responder, from any thread, at any time; not at all becomes an error of its own.
    using AsyncHandler = std::function<void(const CommandCall &call, Responder<QJsonValue> respond)>;

    //! Names are like "notes.add"; a later handler replaces an earlier one.
    void add(const QString &name, Handler handler);
    void addAsync(const QString &name, AsyncHandler handler);

    //! Sorted.
    QStringList names() const;
    //! Calls what stands under call.command; NotFound, through \p respond, if nothing does.
    void run(const CommandCall &call, const Responder<QJsonValue> &respond) const;

private:
    QHash<QString, AsyncHandler> m_handlers;
};

} // namespace Tidegate::Desktop
