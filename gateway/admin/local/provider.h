// SPDX-License-Identifier: MIT
#pragma once

#include "admin/adminport.h"
#include "admin/rowtable.h"

#include <memory>

namespace Tidegate::Admin {

//! Who acts on the port.
struct Operator
{
    QString name;    //!< user id, or "console" in the gateway's own process
    QString address; //!< empty in the gateway's own process
    OperatorRole role = OperatorRole::View;
};

//! One resource of a running gateway. On the admin thread; answers come there, once each, at once or later. Requests
//! have passed the catalog's checks.
class ResourceProvider
{
public:
    template <typename T>
    using Answer = AdminPort::Answer<T>;

    virtual ~ResourceProvider() = default;

    virtual QString resource() const = 0;
    //! Those of the catalog that it carries out.
    virtual QStringList commands() const { return {}; }

    virtual void page(const PageRequest &request, Answer<Page> done) = 0;
    virtual void one(const QString &key, Answer<QJsonObject> done) = 0;
    //! Those of \p keys that are there, in any order.
    virtual void rows(const QStringList &keys, Answer<QList<QJsonObject>> done) = 0;
    virtual void invoke(const Operator &who, const CommandCall &call, Answer<CommandOutcome> done);

    //! Cheap: asked four times per second and watcher.
    virtual qint64 revision() const { return 0; }
    virtual qint64 total() const { return -1; }

protected:
    const Resource &described() const;
};

//! A resource that fits into memory: says where its rows are and leaves the rest to rowtable.h.
class TableProvider : public ResourceProvider
{
public:
    using TablePtr = std::shared_ptr<const RowTable>;

    void page(const PageRequest &request, Answer<Page> done) override;
    void one(const QString &key, Answer<QJsonObject> done) override;
    void rows(const QStringList &keys, Answer<QList<QJsonObject>> done) override;

protected:
    virtual void collect(Answer<TablePtr> done) = 0;
};

Error noSuchRow(const QString &resource, const QString &key);

} // namespace Tidegate::Admin
