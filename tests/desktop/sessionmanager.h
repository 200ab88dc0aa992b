// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QObject>

#include <memory>

namespace Tidegate::Desktop {

//! A session manager of the X Session Management Protocol (libSM's server side), as a desktop environment is one.
class SessionManager final : public QObject
{
    Q_OBJECT
public:
    SessionManager();
    ~SessionManager() override;

    bool start();
    //! For SESSION_MANAGER in a client's environment.
    QByteArray address() const;
    int clientCount() const;
    //! The user logs out: everybody is asked to save, and told to end when they have.
    void endSession();

Q_SIGNALS:
    void clientRegistered();
    void clientSaved(bool isSuccess);
    void clientLeft();

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace Tidegate::Desktop
