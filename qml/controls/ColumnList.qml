// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Tidegate.Console

//! Which columns a table shows. The order is the catalog's for what is added.
T.Popup {
    id: popup

    property var all: []
    property var shown: []
    signal picked(var names)

    function toggle(name) {
        const order = all.map(column => column.name)
        if (shown.includes(name)) {
            if (shown.length > 1)
                picked(shown.filter(other => other !== name))
            return
        }
        const next = shown.slice()
        const before = next.findIndex(other => order.indexOf(other) > order.indexOf(name))
        next.splice(before < 0 ? next.length : before, 0, name)
        picked(next)
    }

    width: 220
    height: Math.min(420, list.contentHeight + 8)
    padding: 4
    margins: 8
    focus: true
    onOpened: list.forceActiveFocus()

    contentItem: ListView {
        id: list

        model: popup.all
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        Keys.onSpacePressed: popup.toggle(popup.all[currentIndex].name)
        Keys.onReturnPressed: popup.toggle(popup.all[currentIndex].name)
        T.ScrollBar.vertical: ScrollLine {}

        delegate: Rectangle {
            id: entry

            required property var modelData
            required property int index

            width: ListView.view.width
            height: 26
            radius: 4
            color: ListView.isCurrentItem ? Theme.hover : "transparent"

            Glyph {
                name: "check"
                x: 8
                width: 11
                height: 11
                anchors.verticalCenter: parent.verticalCenter
                color: Theme.accent
                visible: popup.shown.includes(entry.modelData.name)
            }

            Label {
                x: 26
                width: parent.width - 34
                height: parent.height
                text: entry.modelData.title
            }

            MouseArea {
                anchors.fill: parent
                hoverEnabled: true
                onEntered: list.currentIndex = entry.index
                onClicked: popup.toggle(entry.modelData.name)
            }
        }
    }

    background: Rectangle {
        color: Theme.raised
        border.color: Theme.strongLine
        radius: Theme.radius
    }
}
