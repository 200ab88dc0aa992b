// SPDX-License-Identifier: MIT
#include "desktop/shell/builtincommands.h"

#include "desktop/bridge/commandregistry.h"
#include "desktop/shell/shell.h"
#include "desktop/shell/shellwindow.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonObject>
#include <QQuickWindow>
#include <QTimer>

namespace Tidegate::Desktop {

using namespace Qt::StringLiterals;

namespace {

Error wrongArgs(const QString &expected)
{
    return {ErrorCode::InvalidContract, u"expected %1"_s.arg(expected)};
}

} // namespace

void addBuiltInCommands(CommandRegistry &commands, Shell &shell, const QStringList &arguments)
{
    commands.add(u"app.info"_s, [&arguments](const CommandCall &call) -> Result<QJsonValue> {
        return QJsonValue(QJsonObject{{u"name"_s, QCoreApplication::applicationName()},
                                      {u"version"_s, QCoreApplication::applicationVersion()},
                                      {u"window"_s, call.window},
                                      {u"arguments"_s, QJsonArray::fromStringList(arguments)}});
    });
    commands.add(u"app.quit"_s, [&shell](const CommandCall &) -> Result<QJsonValue> {
        QTimer::singleShot(0, &shell, &Shell::quit); // the page that asks goes with it
        return QJsonValue(true);
    });
    commands.add(u"app.autostart"_s, [&shell](const CommandCall &call) -> Result<QJsonValue> {
        if (call.args.isBool()) {
            if (const auto changed = shell.setAutostart(call.args.toBool()); !changed)
                return changed.error();
        } else if (!call.args.isNull()) {
            return wrongArgs(u"true, false or nothing"_s);
        }
        return QJsonValue(shell.isAutostartEnabled());
    });
    commands.add(u"app.openOutside"_s, [&shell](const CommandCall &call) -> Result<QJsonValue> {
        const QUrl url(call.args.toString(), QUrl::StrictMode);
        ShellWindow *window = shell.window(call.window);
        if (!url.isValid() || (url.scheme() != "https"_L1 && url.scheme() != "http"_L1) || !window)
            return wrongArgs(u"a text that is an http or https address"_s);
        window->openOutside(url);
        return QJsonValue(true);
    });
    commands.add(u"window.setTitle"_s, [&shell](const CommandCall &call) -> Result<QJsonValue> {
        ShellWindow *window = shell.window(call.window);
        if (!call.args.isString() || !window)
            return wrongArgs(u"a text"_s);
        window->setTitle(call.args.toString());
        return QJsonValue(true);
    });
    commands.add(u"window.close"_s, [&shell](const CommandCall &call) -> Result<QJsonValue> {
        QTimer::singleShot(0, &shell, [&shell, name = call.window] {
            if (ShellWindow *window = shell.window(name))
                window->window()->close();
        });
        return QJsonValue(true);
    });
}

} // namespace Tidegate::Desktop
