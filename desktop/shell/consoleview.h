// SPDX-License-Identifier: MIT
#pragma once

#include "desktop/shell/windowstate.h"
#include "wire/result.h"

#include "qml/session/consolesession.h"

#include <QObject>
#include <QPointer>
#include <QQuickWindow>

#include <memory>

class QQmlEngine;

namespace Tidegate {

class Gateway;

namespace Desktop {

//! The console in a window of its own, made when it is first wanted. GUI thread.
class ConsoleView final : public QObject
{
    Q_OBJECT
public:
    //! All outlive the object; the gateway runs while it exists.
    ConsoleView(Gateway &gateway, QQmlEngine &engine, QSettings &settings);
    ~ConsoleView() override;

    bool isShown() const;
    void show();
    void hide();
    void saveState();
    QQuickWindow *window() const { return m_window; }

private:
    Gateway &m_gateway;
    QQmlEngine &m_engine;
    WindowState m_state;
    std::unique_ptr<Admin::AdminPort> m_port;
    std::unique_ptr<Console::ConsoleSession> m_session;
    QPointer<QQuickWindow> m_window;
};

} // namespace Desktop
} // namespace Tidegate
