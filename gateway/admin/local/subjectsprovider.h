// SPDX-License-Identifier: MIT
#pragma once

#include "admin/local/kepttable.h"

namespace Tidegate::Admin {

//! What went through the mesh, by the first token of the subject.
class SubjectsProvider final : public KeptTableProvider
{
public:
    using KeptTableProvider::KeptTableProvider;

    QString resource() const override { return QStringLiteral("subjects"); }
    qint64 revision() const override;

private:
    void make(std::function<void(TablePtr)> done) override;
};

} // namespace Tidegate::Admin
