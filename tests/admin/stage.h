// SPDX-License-Identifier: MIT
#pragma once

#include "admin/remote/remoteadminport.h"
#include "app/configloader.h"
#include "app/gateway.h"
#include "auth/jwt.h"
#include "base/clock.h"
#include "support/scripted/scriptedadminport.h"

#include <QTemporaryDir>
#include <QTest>

// Every form of the admin port on a gateway with a few clients, for the contract tests.

namespace Tidegate::Admin {

using namespace Qt::StringLiterals;

inline constexpr int Links = 3;
inline const QByteArray Secret = QByteArrayLiteral("0123456789abcdef0123456789abcdef0123456789abcdef");

enum class Form : quint8 { Scripted, Local, Remote };

//! A gateway with a few clients, or a script of one, and the port under test on it.
class Stage
{
public:
    explicit Stage(Form form)
        : m_form(form)
    {
        if (form == Form::Scripted) {
            ScriptedAdminPort::Script script;
            script.sizes.links = Links;
            auto scripted = std::make_unique<ScriptedAdminPort>(script);
            scripted->startTicking();
            m_port = std::move(scripted);
            return;
        }
        ConfigSources sources;
        sources.flags = {
            {"server.listen", u"127.0.0.1:0"_s}, {"server.data_dir", m_directory.path()}, {"log.exporter", u"file"_s}};
        sources.environment = {{u"TIDEGATE_AUTH_SECRET"_s, QString::fromLatin1(Secret)}};
        m_gateway = std::make_unique<Gateway>(*loadConfig(sources));
        if (!m_gateway->start())
            return;
        for (int i = 0; i < Links; ++i)
            m_clients.push_back(
                m_gateway->connectInProcess("/optimistic/ws?role=leader&site=default&subprotocol=1.0.0"));
        if (form == Form::Local)
            m_port = m_gateway->makeAdminPort();
        else
            m_port = std::make_unique<RemoteAdminPort>(RemoteAdminPort::Config{m_gateway->url(), token(Role::Admin)});
    }
    ~Stage()
    {
        m_port.reset();
        m_clients.clear();
    }
    Q_DISABLE_COPY_MOVE(Stage)

    AdminPort &port() { return *m_port; }
    Gateway &gateway() { return *m_gateway; }
    InProcessClient &client(size_t index = 0) { return *m_clients[index]; }
    bool isReady() const { return m_port && m_port->state().kind == PortState::Kind::Online; }

    QByteArray token(Role role) const
    {
        Principal principal;
        principal.subjectId = "boss";
        principal.role = role;
        return TokenSigner(Secret).issue(principal, std::chrono::minutes(5), SystemClock().nowMs());
    }

    Result<Page> page(const PageRequest &request)
    {
        return wait<Page>([&](auto done) { m_port->fetchPage(request, m_port.get(), done); });
    }
    Result<CommandOutcome> invoke(const CommandCall &call)
    {
        return wait<CommandOutcome>([&](auto done) { m_port->invoke(call, m_port.get(), done); });
    }
    template <typename T, typename Ask>
    static Result<T> wait(Ask ask)
    {
        auto answers = std::make_shared<QList<std::shared_ptr<Result<T>>>>();
        ask([answers](Result<T> answer) { answers->append(std::make_shared<Result<T>>(std::move(answer))); });
        if (!answers->isEmpty())
            return Error{ErrorCode::Internal, u"answered before the request returned"_s};
        if (!QTest::qWaitFor([answers] { return !answers->isEmpty(); }))
            return Error{ErrorCode::Timeout, u"no answer"_s};
        return *answers->first();
    }
    QStringList linkKeys()
    {
        const auto found = page(of(u"links"_s));
        QStringList keys;
        if (found) {
            for (const QJsonObject &row : found->rows)
                keys.append(row[u"id"_s].toString());
        }
        return keys;
    }
    Result<QJsonObject> one(const QString &resource, const QString &key)
    {
        return wait<QJsonObject>([&](auto done) { m_port->fetchOne(resource, key, m_port.get(), done); });
    }
    //! Rows of \p resource whose columns equal \p columns; empty after an error too.
    QList<QJsonObject> rowsWith(const QString &resource, const QJsonObject &columns)
    {
        PageRequest request = of(resource);
        for (auto column = columns.begin(); column != columns.end(); ++column)
            request.filters.append({column.key(), FilterOp::Equal, column.value()});
        const auto found = page(request);
        return found ? found->rows : QList<QJsonObject>();
    }
    static PageRequest of(const QString &resource)
    {
        PageRequest request;
        request.resource = resource;
        return request;
    }

private:
    const Form m_form;
    QTemporaryDir m_directory;
    std::unique_ptr<Gateway> m_gateway;
    std::vector<std::unique_ptr<InProcessClient>> m_clients;
    std::unique_ptr<AdminPort> m_port;
};

//! The rows of initTestCase_data(): each form once.
inline void addForms()
{
    QTest::addColumn<Form>("form");
    QTest::newRow("scripted") << Form::Scripted;
    QTest::newRow("local") << Form::Local;
    QTest::newRow("remote") << Form::Remote;
}

} // namespace Tidegate::Admin

Q_DECLARE_METATYPE(Tidegate::Admin::Form)

//! The stage of the form under test, with its clients connected.
#define ADMIN_STAGE(name)                                                                                              \
    QFETCH_GLOBAL(Form, form);                                                                                         \
    Stage name(form);                                                                                                  \
    QTRY_VERIFY(name.isReady());                                                                                       \
    QTRY_COMPARE(name.linkKeys().size(), Links)
