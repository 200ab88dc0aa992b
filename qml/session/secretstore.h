// SPDX-License-Identifier: MIT
#pragma once

#include <QHash>
#include <QObject>

#include <functional>

namespace Tidegate::Console {

//! Tokens by server: in the desktop's keychain through secret-tool (libsecret) if there is one, else in memory until
//! the program ends. A token travels over the tool's standard input, never over its command line. GUI thread.
class SecretStore : public QObject
{
    Q_OBJECT
public:
    //! \p tool: its path; empty = memory only.
    explicit SecretStore(QString tool, QObject *parent = nullptr);
    static QString findTool();

    bool isKeychain() const { return !m_tool.isEmpty(); }

    void store(const QString &server, const QString &token);
    //! Exactly one call; empty = none.
    void lookUp(const QString &server, std::function<void(const QString &)> done);
    void forget(const QString &server);

private:
    void run(const QStringList &arguments, const QByteArray &input, std::function<void(bool, const QString &)> done);

    const QString m_tool;
    QHash<QString, QString> m_memory;
};

} // namespace Tidegate::Console
